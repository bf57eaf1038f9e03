package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.shard.StoredSplit;

/// A dataset version that can be read.
public final class ReadyDataset {
  private final Manifest manifest;
  private final StoredSplit train;
  private final StoredSplit test;

  ReadyDataset(Manifest manifest) {
    this.manifest = manifest;
    this.train = StoredSplit.of(manifest, Split.TRAIN);
    this.test = StoredSplit.of(manifest, Split.TEST);
  }

  public Manifest manifest() {
    return manifest;
  }

  /// Of both splits.
  long samples() {
    return train.samples() + test.samples();
  }

  public StoredSplit split(Split split) {
    return split == Split.TRAIN ? train : test;
  }
}
