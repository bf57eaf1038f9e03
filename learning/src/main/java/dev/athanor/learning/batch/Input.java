package dev.athanor.learning.batch;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// A batch on the device, prepared for a network. Its arrays live as long as the pass that reads
/// them.
public sealed interface Input permits Images, Tokens {

  /// (N), int64; null where the batch carries none.
  @Nullable NDArray labels();
}
