package dev.athanor.learning.batch;

import org.jspecify.annotations.Nullable;

/// Some views of some samples, as plain arrays outside the engine.
public sealed interface Batch permits ImageBatch, TokenBatch {

  /// Views of each sample.
  int views();

  /// N.
  int samples();

  /// (samples), -1 where a sample has none; null where the batch carries none.
  int @Nullable [] labels();
}
