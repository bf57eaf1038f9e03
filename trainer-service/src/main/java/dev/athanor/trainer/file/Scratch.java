package dev.athanor.trainer.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// Folders for files on their way to the object store or from it.
public final class Scratch {
  private final @Nullable Path root;

  /// @param root null for the system's
  public Scratch(@Nullable Path root) {
    this.root = root;
  }

  /// Gone, with what is in it, when closed.
  public record Folder(Path path) implements AutoCloseable {
    @Override
    public void close() {
      try (var files = Files.walk(path)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  public Folder folder(String purpose) throws IOException {
    var prefix = "athanor-" + purpose + "-";
    if (root == null) {
      return new Folder(Files.createTempDirectory(prefix));
    }
    Files.createDirectories(root);
    return new Folder(Files.createTempDirectory(root, prefix));
  }
}
