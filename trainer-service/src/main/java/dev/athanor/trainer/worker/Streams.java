package dev.athanor.trainer.worker;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.job.ViewRows;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import org.jspecify.annotations.Nullable;

/// The streams of batches that training draws from.
final class Streams {
  private Streams() {}

  /// The run's own batches, from `firstIndex` to the last step's.
  static StreamSpec train(Run run, Plan plan, long firstIndex) {
    return views(run, plan.tokens(), "train", firstIndex, plan.steps());
  }

  /// The same batches, for steps that only measure how long one takes.
  static StreamSpec calibrate(Run run, @Nullable TokenCounts tokens, long batches) {
    return views(run, tokens, "calibrate", 0, batches);
  }

  /// Samples that an epoch draws from.
  static int rows(Run run, @Nullable TokenCounts tokens) {
    var selection = run.selection();
    return selection == null
        ? ViewRows.of(views(run), run.dataset(), "train", tokens)
        : selection.getCount();
  }

  private static AugmentationSpec views(Run run) {
    return run.spec().objective().views(run.input());
  }

  private static StreamSpec views(
      Run run, @Nullable TokenCounts tokens, String name, long firstIndex, long endIndex) {
    var spec = run.spec();
    var dataset = run.dataset();
    return new StreamSpec(
        name,
        dataset.dataset(),
        dataset.version(),
        "train",
        run.selection(),
        views(run),
        spec.seed(),
        spec.batch(),
        rows(run, tokens),
        firstIndex,
        endIndex);
  }
}
