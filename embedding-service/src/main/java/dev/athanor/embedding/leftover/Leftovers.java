package dev.athanor.embedding.leftover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files and folders that nobody needs any more. Several processes may share the folder that they
/// are in, so only what has not been written to for an hour goes.
public final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration IN_USE = Duration.ofHours(1);

  private Leftovers() {}

  /// Deletes the old ones; one that cannot be deleted is logged and stays.
  ///
  /// @param folder that may not be there
  /// @param ours which names in it are meant
  public static void clear(Path folder, Predicate<String> ours, Instant now) {
    for (var entry : entries(folder)) {
      try {
        if (ours.test(entry.getFileName().toString())
            && Files.getLastModifiedTime(entry).toInstant().isBefore(now.minus(IN_USE))) {
          delete(entry);
          log.info("{} is not needed any more and is deleted", entry);
        }
      } catch (IOException | UncheckedIOException failure) {
        log.warn("{} is not needed any more and could not be deleted", entry, failure);
      }
    }
  }

  private static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException | UncheckedIOException failure) {
      log.warn("{} could not be looked through", folder, failure);
      return List.of();
    }
  }

  private static void delete(Path entry) throws IOException {
    try (var files = Files.walk(entry)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
