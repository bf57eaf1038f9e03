package dev.athanor.trainer.worker;

import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;

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
    int channels = dataset.image().channels();
    var objective = spec.objective().objective(channels, spec.viewSize());
    return new StreamSpec(
        name,
        dataset.dataset(),
        dataset.version(),
        "train",
        null,
        spec.augmentation().toProto(channels, objective.views(), false),
        spec.seed(),
        spec.batch(),
        dataset.split("train").samples(),
        firstIndex,
        endIndex);
  }
}
