package dev.athanor.trainer.registry;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// The bounds of uploaded models.
///
/// @param maxModelSize of `model.onnx`; below 2 GB, which is the most that a protobuf file can have
/// @param maxImportSize of all weights of a model in Hugging Face's layout together
/// @param maxTokenizerSize of `tokenizer.json`
/// @param abandonedAfter age from which an uploaded object that no version names is deleted; longer
///   than any upload takes
/// @param trials how often a trial may end without a verdict before the version is rejected
@ConfigurationProperties("athanor.registry")
record UploadProperties(
    DataSize maxModelSize,
    DataSize maxImportSize,
    DataSize maxTokenizerSize,
    Duration abandonedAfter,
    int trials) {
  private static final long LARGEST_PROTOBUF = Integer.MAX_VALUE;

  UploadProperties {
    if (maxModelSize.toBytes() < 1 || maxModelSize.toBytes() > LARGEST_PROTOBUF) {
      throw new IllegalArgumentException(
          "athanor.registry.max-model-size: %s (expected: below 2GB, the most that an ONNX file can have)"
              .formatted(maxModelSize));
    }
    if (maxImportSize.toBytes() < 1 || maxTokenizerSize.toBytes() < 1 || trials < 1) {
      throw new IllegalArgumentException(
          "athanor.registry.max-import-size, max-tokenizer-size, trials: %s, %s, %d (expected: > 0)"
              .formatted(maxImportSize, maxTokenizerSize, trials));
    }
    if (abandonedAfter.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException(
          "athanor.registry.abandoned-after: %s (expected: 1h at least)".formatted(abandonedAfter));
    }
  }
}
