package dev.athanor.augmentation.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `manifest.json`: everything about a dataset version that is not in the shards' own bytes. Never
/// changes once written.
///
/// @param format what the version was read from: `idx`, `cifar10`, `class-folders`, …
/// @param classes the classes' names; a label is an index into them; empty without labels
/// @param mean of the training split's pixels, one a channel, on the scale 0..1
/// @param std of the same pixels
/// @param chunk samples in a chunk, the unit that is read and permuted
/// @param window the most chunks that the epoch order mixes at a time
/// @param bytes of all shards together
public record Manifest(
    String dataset,
    int version,
    String format,
    List<String> classes,
    ImageShape image,
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

  /// Where a version's objects lie in the bucket of datasets.
  public static String prefix(String dataset, int version) {
    return dataset + "/" + version + "/";
  }

  /// @param height of every image, null where they differ
  /// @param width of every image, null where they differ
  /// @param channels 1 when every image is grey, else 3
  public record ImageShape(@Nullable Integer height, @Nullable Integer width, int channels) {}

  public record Splits(SplitSize train, SplitSize test) {
    public SplitSize of(Split split) {
      return split == Split.TRAIN ? train : test;
    }
  }

  /// @param labelled how many of the samples have a label
  public record SplitSize(long samples, long labelled) {}
}
