package dev.athanor.augmentation.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How batches are made and sent. Each is explained in `application.yaml`.
@ConfigurationProperties("athanor.stream")
record StreamProperties(
    String group,
    int makers,
    DataSize maxBatchSize,
    DataSize inFlightSize,
    Duration lock,
    int deliveries) {

  StreamProperties {
    if (makers < 0) {
      throw new IllegalArgumentException(
          "athanor.stream.makers: %d (expected: >= 0)".formatted(makers));
    }
    if (inFlightSize.compareTo(maxBatchSize) < 0) {
      throw new IllegalArgumentException(
          "athanor.stream.in-flight-size: %s (expected: at least max-batch-size, %s)"
              .formatted(inFlightSize, maxBatchSize));
    }
    if (maxBatchSize.toBytes() > Integer.MAX_VALUE - 1024) {
      throw new IllegalArgumentException(
          "athanor.stream.max-batch-size: %s (expected: less than 2GB)".formatted(maxBatchSize));
    }
  }

  int threads() {
    return makers == 0 ? Runtime.getRuntime().availableProcessors() : makers;
  }
}
