package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class JobPropertiesTest {
  private final JobProperties properties =
      new JobProperties(
          Path.of("parts"),
          100,
          DataSize.ofMegabytes(16),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          12,
          Duration.ofSeconds(5));

  @Test
  void pausesDouble() {
    assertThat(IntStream.of(1, 2, 3, 7, 8, 100).mapToObj(properties::pause))
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(320),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10));
  }
}
