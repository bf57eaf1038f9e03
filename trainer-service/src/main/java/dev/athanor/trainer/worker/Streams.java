package dev.athanor.trainer.worker;

import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.spec.SupervisedSpec;

/// The streams of batches that training draws from.
final class Streams {
  private Streams() {}

  /// The run's own batches, from `firstIndex` to the last step's.
  static StreamSpec train(Run run, Plan plan, long firstIndex) {
    return views(run, "train", firstIndex, plan.steps());
  }

  /// The same batches, for steps that only measure how long one takes.
  static StreamSpec calibrate(Run run, long batches) {
    return views(run, "calibrate", 0, batches);
  }

  private static StreamSpec views(Run run, String name, long firstIndex, long endIndex) {
    var spec = run.spec();
    var dataset = run.dataset();
    return new StreamSpec(
        name,
        dataset.dataset(),
        dataset.version(),
        "train",
        run.selection(),
        spec.augmentation()
            .toProto(
                run.channels(),
                run.objective().views(),
                spec.objective() instanceof SupervisedSpec),
        spec.seed(),
        spec.batch(),
        run.trainingSamples(),
        firstIndex,
        endIndex);
  }
}
