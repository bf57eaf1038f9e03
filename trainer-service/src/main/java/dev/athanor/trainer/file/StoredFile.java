package dev.athanor.trainer.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file as rows and cards name it.
///
/// @param sha256 in hexadecimal
public record StoredFile(String name, long bytes, String sha256) {

  public static StoredFile describe(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      return new StoredFile(file.getFileName().toString(), Files.size(file), FileHash.of(stream));
    }
  }
}
