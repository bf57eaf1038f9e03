package dev.athanor.augmentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/// The real texts.
public final class TextData {
  private TextData() {}

  public static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(folder().resolve(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// The classic books, by their files' names.
  public static Map<String, byte[]> books() {
    var books = new TreeMap<String, byte[]>();
    try (var files = Files.list(folder().resolve("classic-books"))) {
      files.forEach(
          file ->
              books.put(
                  file.getFileName().toString(), bytes("classic-books/" + file.getFileName())));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return books;
  }

  /// Where ATHANOR_TEST_DATA says, else beside the repository; a test that finds none says so.
  private static Path folder() {
    var said = System.getenv("ATHANOR_TEST_DATA");
    var folder = Path.of(said == null ? "../../shared/data" : said).resolve("text");
    Assumptions.assumeTrue(
        Files.isDirectory(folder), () -> folder.toAbsolutePath() + ": no test data");
    return folder;
  }
}
