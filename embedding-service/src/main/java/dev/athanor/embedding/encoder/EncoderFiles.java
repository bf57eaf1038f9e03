package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Models' files on the local disk, each named by its SHA-256 and verified whenever it is asked
/// for, so that neither a broken download nor a broken disk can change a vector.
final class EncoderFiles {
  private final ObjectStore store;
  private final Path folder;

  EncoderFiles(ObjectStore store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  /// The verified file, fetched where it is not there or not whole.
  ///
  /// @throws IOException when what the store holds is not what the registry published
  Path fetch(PublishedFile published) throws IOException {
    var file = file(published);
    if (Files.exists(file) && Sha256.hex(file).equals(published.sha256())) {
      return file;
    }
    Files.createDirectories(folder);
    var partial = Files.createTempFile(folder, "fetch-", ".partial");
    try {
      store.fetch(PublishedFile.BUCKET, published.key(), published.sha256(), partial);
      return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// With the ending that the file has in the store, which is the registry's and no caller's.
  private Path file(PublishedFile published) {
    var ending = published.key().substring(published.key().lastIndexOf('.'));
    return folder.resolve(published.sha256() + ending);
  }
}
