package dev.athanor.augmentation.token;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How tokenizers are trained and dataset versions tokenised. Each is explained in
/// `application.yaml`.
@ConfigurationProperties("athanor.tokens")
record TokenProperties(
    DataSize cacheSize,
    DataSize maxTokenizerSize,
    DataSize trainSize,
    Duration lease,
    Duration poll,
    int attempts,
    String folder) {

  private static final DataSize LARGEST_TOKENIZER = DataSize.ofMegabytes(256);

  TokenProperties {
    if (maxTokenizerSize.compareTo(LARGEST_TOKENIZER) > 0) {
      throw new IllegalArgumentException(
          "athanor.tokens.max-tokenizer-size: %s (expected: at most %s)"
              .formatted(maxTokenizerSize, LARGEST_TOKENIZER));
    }
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "athanor.tokens.lease: %s (expected: at least 1 s)".formatted(lease));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException(
          "athanor.tokens.attempts: %d (expected: >= 1)".formatted(attempts));
    }
  }

  Path tokenFolder() {
    return folder.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir")) : Path.of(folder);
  }
}
