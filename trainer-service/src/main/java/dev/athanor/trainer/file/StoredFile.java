package dev.athanor.trainer.file;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file as rows and cards name it.
///
/// @param sha256 in hexadecimal
public record StoredFile(String name, long bytes, String sha256) {

  public static StoredFile describe(Path file) throws IOException {
    return new StoredFile(file.getFileName().toString(), Files.size(file), Sha256.hex(file));
  }

  /// Uploads every file of `folder` under its name.
  ///
  /// @param prefix of their objects in the bucket, which is made where it is not there yet
  public static List<StoredFile> putAll(
      ObjectStore store, String bucket, String prefix, Path folder) throws IOException {
    store.ensureBucket(bucket);
    var stored = new ArrayList<StoredFile>();
    for (var file : files(folder)) {
      store.put(bucket, prefix + file.getFileName(), file);
      stored.add(describe(file));
    }
    return stored;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /// Copies the file from the object store into `folder` and proves that it is the one that was
  /// stored.
  ///
  /// @param prefix of its object in the bucket
  /// @throws IOException where it is another
  public Path fetch(ObjectStore store, String bucket, String prefix, Path folder)
      throws IOException {
    var file = folder.resolve(name);
    store.fetch(bucket, prefix + name, sha256, file);
    return file;
  }
}
