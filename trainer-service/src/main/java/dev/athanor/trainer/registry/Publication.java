package dev.athanor.trainer.registry;

import dev.athanor.learning.card.ModelFiles;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/// Makes a version of a model under a lease: files first ([#prepare]), then the row and the record
/// for `athanor.models` in one transaction ([#publish]). A worker that takes over in the middle
/// does it all again under the same version; the files are a function of what they are made of, so
/// nothing differs.
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

  /// A version whose files are in the object store, and that nobody sees yet.
  ///
  /// @param card `card.json` to the byte
  record Prepared(String model, int version, String card, List<StoredFile> files) {}

  /// Reserves a version, writes its files and uploads them.
  ///
  /// @param transaction runs what it is given in a transaction that holds the lease's row
  /// @param folder empty or not there, for the files on their way
  Prepared prepare(
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
      var files =
          StoredFile.putAll(store, Models.BUCKET, PublishedVersion.prefix(model, version), folder);
      FileSystemUtils.deleteRecursively(folder); // the next model's may be as large
      return new Prepared(model, version, card, files);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Makes it visible. Part of the caller's transaction, which holds the lease's row; publishing
  /// again changes nothing.
  void publish(Prepared prepared) {
    registrar.publish(prepared.model(), prepared.version(), prepared.card(), prepared.files());
  }

  /// Deletes the files of what the maker prepared and will not publish. The versions stay reserved:
  /// their numbers are given to nobody else, for a worker that has lost its lease may still be
  /// writing there.
  void withdraw(Registrar.Maker maker) {
    for (var version : registrar.reserved(maker)) {
      store.deleteAll(Models.BUCKET, PublishedVersion.prefix(version.model(), version.version()));
    }
  }
}
