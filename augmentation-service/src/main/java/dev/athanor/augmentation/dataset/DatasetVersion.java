package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.shard.Manifest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dataset version as its row has it, and as callers see it. What the ingest finds out (from
/// `format` on) is null or empty until the version is READY.
///
/// @param reason why it FAILED
/// @param image null for texts
/// @param text null for images
/// @param classes the classes' names; a label is an index into them
/// @param mean of the training split's pixels, one a channel, on the scale 0..1
/// @param bytes of all shards
public record DatasetVersion(
    String dataset,
    int version,
    State state,
    @Nullable String reason,
    Progress progress,
    @Nullable String format,
    Manifest.@Nullable Kind kind,
    Manifest.@Nullable ImageShape image,
    Manifest.@Nullable TextSize text,
    List<String> classes,
    List<Double> mean,
    List<Double> std,
    Manifest.@Nullable Splits splits,
    int shards,
    long bytes,
    Instant createdAt) {

  /// The states of a version.
  public enum State {
    UPLOADING,
    INGESTING,
    READY,
    FAILED;

    boolean isFinal() {
      return this == READY || this == FAILED;
    }
  }

  /// @param samples written into shards so far
  /// @param bytes of the uploaded files read so far
  public record Progress(long samples, long bytes, long totalBytes) {}

  /// What a version's row keeps of its manifest.
  record Summary(
      String format,
      Manifest.@Nullable Kind kind,
      Manifest.@Nullable ImageShape image,
      Manifest.@Nullable TextSize text,
      List<String> classes,
      List<Double> mean,
      List<Double> std,
      Manifest.Splits splits,
      int shards,
      long bytes) {

    /// Summaries from before there were texts do not say their kind.
    Summary {
      kind = kind == null ? Manifest.Kind.IMAGE : kind;
    }

    static Summary of(Manifest manifest) {
      return new Summary(
          manifest.format(),
          manifest.kind(),
          manifest.image(),
          manifest.text(),
          manifest.classes(),
          manifest.mean(),
          manifest.std(),
          manifest.splits(),
          manifest.shards().size(),
          manifest.bytes());
    }
  }
}
