package dev.athanor.trainer.worker;

import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.registry.ImportState;
import dev.athanor.trainer.registry.Importer;
import dev.athanor.trainer.registry.OwnedImport;
import java.io.IOException;
import java.io.UncheckedIOException;

/// One import of a language model. Whoever takes it next does it again: what it makes is a function
/// of what was brought.
final class ImportTask {
  private final OwnedImport rows;
  private final Importer importer;
  private final Scratch scratch;
  private final WorkerProperties properties;

  ImportTask(OwnedImport rows, Importer importer, Scratch scratch, WorkerProperties properties) {
    this.rows = rows;
    this.importer = importer;
    this.scratch = scratch;
    this.properties = properties;
  }

  void run(Guard guard) {
    try {
      int deaths = rows.deaths();
      if (deaths >= properties.takes()) {
        throw new RunFailure(
            "%d workers died over the import (expected: an end within %d); their logs say why"
                .formatted(deaths, properties.takes()));
      }
      work(guard);
    } catch (Guard.Cancelled cancelled) {
      end(ImportState.CANCELLED, String.valueOf(cancelled.getMessage()));
    }
  }

  private void work(Guard guard) {
    guard.run();
    rows.become(ImportState.RUNNING, null);
    try (var folder = scratch.folder("import")) {
      importer.run(rows, folder.path(), guard);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    importer.discard(rows);
  }

  void fail(String reason) {
    end(ImportState.FAILED, reason);
  }

  private void end(ImportState state, String reason) {
    importer.end(rows, state, reason);
    importer.discard(rows);
  }
}
