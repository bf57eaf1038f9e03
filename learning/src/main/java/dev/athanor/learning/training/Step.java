package dev.athanor.learning.training;

import java.time.Duration;

/// What one training step came to.
///
/// @param number from 0; after it `number + 1` steps are done
/// @param loss of its batch, before the weights moved; NaN where the batch had nothing to learn
///   from
/// @param learningRate with which they moved
/// @param took computing, without waiting for the batch
public record Step(long number, double loss, double learningRate, Duration took) {

  /// Whether the batch had anything to learn from: otherwise weights and optimiser are as before.
  public boolean moved() {
    return !Double.isNaN(loss);
  }
}
