package dev.athanor.trainer.registry;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.athanor.trainer.file.StoredFile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version of a model.
///
/// @param run that published it
/// @param card `card.json` to the byte
record PublishedVersion(
    String model,
    int version,
    ModelVersionState state,
    @Nullable String run,
    Instant createdAt,
    List<String> aliases,
    List<StoredFile> files,
    @JsonRawValue String card) {

  /// Where its files lie in the bucket.
  static String prefix(String model, int version) {
    return "%s/%d/".formatted(model, version);
  }
}
