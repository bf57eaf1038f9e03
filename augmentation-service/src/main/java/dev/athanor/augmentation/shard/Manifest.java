package dev.athanor.augmentation.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `manifest.json`: everything about a dataset version that is not in the shards' own bytes. Never
/// changes once written.
///
/// @param format what the version was read from: `idx`, `cifar10`, `class-folders`, `csv`, …
/// @param kind what the samples hold
/// @param classes the classes' names; a label is an index into them; empty without labels
/// @param image null for texts
/// @param text null for images
/// @param mean of the training split's pixels, one a channel, on the scale 0..1
/// @param std of the same pixels
/// @param chunk samples in a chunk, the unit that is read and permuted
/// @param window the most chunks that the epoch order mixes at a time
/// @param bytes of all shards together
public record Manifest(
    String dataset,
    int version,
    String format,
    Kind kind,
    List<String> classes,
    @Nullable ImageShape image,
    @Nullable TextSize text,
    List<Double> mean,
    List<Double> std,
    int chunk,
    int window,
    Splits splits,
    long bytes,
    List<Shard> shards) {

  /// The object store's bucket of shards and manifests.
  public static final String BUCKET = "athanor-datasets";

  public static final String FILE = "manifest.json";

  /// What samples hold.
  public enum Kind {
    IMAGE("image"),
    TEXT("text");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    @JsonValue
    public String word() {
      return word;
    }
  }

  /// Manifests from before there were texts do not say what they hold.
  @JsonCreator
  static Manifest read(
      @JsonProperty("dataset") String dataset,
      @JsonProperty("version") int version,
      @JsonProperty("format") String format,
      @JsonProperty("kind") @Nullable Kind kind,
      @JsonProperty("classes") List<String> classes,
      @JsonProperty("image") @Nullable ImageShape image,
      @JsonProperty("text") @Nullable TextSize text,
      @JsonProperty("mean") List<Double> mean,
      @JsonProperty("std") List<Double> std,
      @JsonProperty("chunk") int chunk,
      @JsonProperty("window") int window,
      @JsonProperty("splits") Splits splits,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("shards") List<Shard> shards) {
    return new Manifest(
        dataset,
        version,
        format,
        kind == null ? Kind.IMAGE : kind,
        classes,
        image,
        text,
        mean,
        std,
        chunk,
        window,
        splits,
        bytes,
        shards);
  }

  /// Where a version's objects lie in the bucket of datasets.
  public static String prefix(String dataset, int version) {
    return dataset + "/" + version + "/";
  }

  /// @param height of every image, null where they differ
  /// @param width of every image, null where they differ
  /// @param channels 1 when every image is grey, else 3
  public record ImageShape(@Nullable Integer height, @Nullable Integer width, int channels) {}

  /// Bytes of the texts alone, in UTF-8.
  public record TextSize(long train, long test) {}

  public record Splits(SplitSize train, SplitSize test) {
    public SplitSize of(Split split) {
      return split == Split.TRAIN ? train : test;
    }
  }

  /// @param labelled how many of the samples have a label
  public record SplitSize(long samples, long labelled) {}
}
