package dev.athanor.learning.batch;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// A [TokenBatch] on the device: all first views, then all second views.
///
/// @param ids (views × N, T), int64, below 0 where there is no token
/// @param hidden what was hidden; null where nothing was
/// @param labels (N), int64; null where the batch carries none
public record Tokens(NDArray ids, @Nullable Hidden hidden, @Nullable NDArray labels)
    implements Input {

  /// The M tokens to be guessed.
  ///
  /// @param rows (M), int64: where they stand, counted through all sequences, n × T + t
  /// @param targets (M), int64: what stood there
  public record Hidden(NDArray rows, NDArray targets) {}
}
