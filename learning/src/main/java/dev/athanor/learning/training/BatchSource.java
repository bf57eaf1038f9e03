package dev.athanor.learning.training;

import dev.athanor.learning.batch.Batch;

/// Where a [TrainingLoop] gets its batches.
@FunctionalInterface
public interface BatchSource {

  /// The batch of step `index`, counted from 0 through all epochs. Waits until it is there.
  ///
  /// @throws InterruptedException if the run shall stop
  Batch batch(long index) throws InterruptedException;
}
