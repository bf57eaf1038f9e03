package dev.athanor.trainer.registry;

import dev.athanor.learning.card.ModelFiles;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/// Makes a version of a model under a lease: files first, then the row and the record for
/// `athanor.models` in one transaction. A worker that takes over in the middle does it all again
/// under the same version; the files are a function of what they are made of, so nothing differs.
@Component
class Publication {
  private final ObjectStore store;
  private final Registrar registrar;

  Publication(ObjectStore store, Registrar registrar) {
    this.store = store;
    this.registrar = registrar;
  }

  /// Writes the files of a version, its card among them.
  interface Writer {
    void write(Path into, int version) throws IOException;
  }

  /// @param transaction runs what it is given in a transaction that holds the lease's row
  /// @param folder empty or not there, for the files on their way
  void publish(
      String model,
      Registrar.Maker maker,
      Consumer<Runnable> transaction,
      Path folder,
      Writer writer) {
    var reserved = new AtomicInteger();
    transaction.accept(() -> reserved.set(registrar.reserve(model, maker)));
    int version = reserved.get();
    try {
      writer.write(folder, version);
      var card = Files.readString(folder.resolve(ModelFiles.CARD), StandardCharsets.UTF_8);
      var files = upload(folder, PublishedVersion.prefix(model, version));
      transaction.accept(() -> registrar.publish(model, version, card, files));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Each is deleted when it is stored: the next model's may be as large.
  private List<StoredFile> upload(Path folder, String prefix) throws IOException {
    store.ensureBucket(Models.BUCKET);
    var described = new ArrayList<StoredFile>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        store.put(Models.BUCKET, prefix + file.getFileName(), file);
        described.add(StoredFile.describe(file));
        Files.delete(file);
      }
    }
    return described;
  }
}
