package dev.athanor.embedding.leftover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path root;

  @Test
  void oldOnesGoWithAllThatIsInThem() throws IOException {
    folder("job-old", Duration.ofMinutes(61));
    folder("job-new", Duration.ofMinutes(59));
    folder("other", Duration.ofMinutes(61));

    Leftovers.clear(root, name -> name.startsWith("job-"), NOW);

    assertThat(root.resolve("job-old")).doesNotExist();
    assertThat(root.resolve("job-new").resolve("file")).exists();
    assertThat(root.resolve("other").resolve("file")).exists();
  }

  @Test
  void aFolderThatIsNotThereHasNone() {
    Leftovers.clear(root.resolve("nothing"), _ -> true, NOW);
    assertThat(root).isEmptyDirectory();
  }

  private void folder(String name, Duration age) throws IOException {
    var folder = Files.createDirectory(root.resolve(name));
    Files.writeString(folder.resolve("file"), "content");
    Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(age)));
  }
}
