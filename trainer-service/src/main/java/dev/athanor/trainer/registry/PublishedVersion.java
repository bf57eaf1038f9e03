package dev.athanor.trainer.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.athanor.trainer.file.StoredFile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version of a model.
///
/// @param reason why it was rejected; null otherwise
/// @param run that published it; null where it came otherwise
/// @param imported id of the import that made it; null where it came otherwise
/// @param prefix of its objects in the bucket
/// @param trial what the trial of an uploaded version measured, a [TrialFigures]
/// @param card `card.json` to the byte
record PublishedVersion(
    String model,
    int version,
    ModelVersionState state,
    @Nullable String reason,
    @Nullable String run,
    @Nullable String imported,
    Instant createdAt,
    List<String> aliases,
    List<StoredFile> files,
    @JsonIgnore String prefix,
    @JsonRawValue @Nullable String trial,
    @JsonRawValue String card) {

  /// Where the files of a version lie that was made here.
  static String prefix(String model, int version) {
    return "%s/%d/".formatted(model, version);
  }
}
