package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Limits;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// What a caller may upload, and how versions are ingested. Each is explained in
/// `application.yaml`.
@ConfigurationProperties("athanor.datasets")
record DatasetProperties(
    DataSize maxFileSize,
    DataSize maxVersionSize,
    int maxFiles,
    DataSize maxUnpackedSize,
    int maxRatio,
    DataSize freeUnpackedSize,
    DataSize maxImageSize,
    long maxImagePixels,
    DataSize maxTextSize,
    long maxSamples,
    DataSize shardSize,
    DataSize windowSize,
    Duration lease,
    Duration poll,
    int attempts,
    Duration abandonedAfter,
    Duration givenUpAfter,
    String folder) {

  /// An image is held whole by whoever reads it, and those are as many as there are processors.
  private static final DataSize LARGEST_IMAGE = DataSize.ofMegabytes(16);

  /// The same goes for a text, and for what a tokenizer makes of it.
  private static final DataSize LARGEST_TEXT = DataSize.ofMegabytes(16);

  /// An entry of a zip's table of contents has 50 bytes or more, and becomes about 600 on the heap:
  /// one of a 32nd of the heap becomes less than half of it.
  private static final int TABLE = 32;

  DatasetProperties {
    if (maxTextSize.compareTo(LARGEST_TEXT) > 0) {
      throw new IllegalArgumentException(
          "athanor.datasets.max-text-size: %s (expected: at most %s)"
              .formatted(maxTextSize, LARGEST_TEXT));
    }
    if (maxImageSize.compareTo(LARGEST_IMAGE) > 0) {
      throw new IllegalArgumentException(
          "athanor.datasets.max-image-size: %s (expected: at most %s)"
              .formatted(maxImageSize, LARGEST_IMAGE));
    }
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "athanor.datasets.lease: %s (expected: at least 1 s)".formatted(lease));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException(
          "athanor.datasets.attempts: %d (expected: >= 1)".formatted(attempts));
    }
  }

  Limits limits() {
    return new Limits(
        maxRatio,
        freeUnpackedSize.toBytes(),
        maxUnpackedSize.toBytes(),
        Math.toIntExact(maxImageSize.toBytes()),
        Math.toIntExact(maxTextSize.toBytes()),
        maxSamples,
        Runtime.getRuntime().maxMemory() / TABLE);
  }

  Path shardFolder() {
    return folder.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir")) : Path.of(folder);
  }
}
