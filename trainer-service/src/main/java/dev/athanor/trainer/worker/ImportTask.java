package dev.athanor.trainer.worker;

import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.registry.ImportState;
import dev.athanor.trainer.registry.Importer;
import dev.athanor.trainer.registry.OwnedImport;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// One import of a language model. Whoever takes it next does it again: what it makes is a function
/// of what was brought.
final class ImportTask {
  private final OwnedImport rows;
  private final Importer importer;
  private final Guard guard;
  private final Scratch scratch;
  private final WorkerProperties properties;

  ImportTask(
      OwnedImport rows,
      Importer importer,
      Guard guard,
      Scratch scratch,
      WorkerProperties properties) {
    this.rows = rows;
    this.importer = importer;
    this.guard = guard;
    this.scratch = scratch;
    this.properties = properties;
  }

  void run() throws InterruptedException {
    Attempt.of("import " + rows.id(), this::work, reason -> end(ImportState.FAILED, reason));
  }

  private void work() {
    int takes = rows.taken();
    if (takes > properties.takes()) {
      throw new RunFailure(
          "the import was taken %d times and never ended (expected: an end within %d); the workers' logs say why"
              .formatted(takes - 1, properties.takes()));
    }
    guard.run();
    rows.become(ImportState.RUNNING, null);
    try (var folder = scratch.folder("import")) {
      importer.run(rows, folder.path(), guard);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    end(ImportState.SUCCEEDED, null);
  }

  private void end(ImportState state, @Nullable String reason) {
    rows.become(state, reason);
    importer.discard(rows);
  }
}
