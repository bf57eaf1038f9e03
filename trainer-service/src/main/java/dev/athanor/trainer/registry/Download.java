package dev.athanor.trainer.registry;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.FileHash;
import dev.athanor.trainer.file.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of the registry on a disk of ours.
final class Download {
  private Download() {}

  /// Copies a file into `folder` and proves that it is the one that was stored.
  ///
  /// @param prefix of its object in the bucket
  static Path into(Path folder, ObjectStore store, String prefix, StoredFile described)
      throws IOException {
    var key = prefix + described.name();
    var file = folder.resolve(described.name());
    try (var from = store.open(Models.BUCKET, key);
        var to = Files.newOutputStream(file)) {
      var sha256 = FileHash.copy(from, to);
      if (!sha256.equals(described.sha256())) {
        throw new IOException(
            "%s/%s: SHA-256 %s (expected: %s)"
                .formatted(Models.BUCKET, key, sha256, described.sha256()));
      }
    }
    return file;
  }
}
