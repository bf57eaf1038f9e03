package dev.athanor.trainer.worker;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.spec.RunInput;
import org.jspecify.annotations.Nullable;

/// What `learning` needs to know of a run.
final class TrainingSpecs {
  private static final long ENDLESS = 1L << 40;

  private TrainingSpecs() {}

  static TrainingSpec of(Run run, Plan plan) {
    return spec(run, new CosineSchedule(plan.warmupSteps(), plan.steps()));
  }

  /// For a session that measures and is thrown away before anybody knows how long the run is.
  static TrainingSpec throwaway(Run run) {
    return spec(run, new CosineSchedule(0, ENDLESS));
  }

  private static TrainingSpec spec(Run run, CosineSchedule schedule) {
    var spec = run.spec();
    var input = run.input();
    return new TrainingSpec(
        spec.encoder().network(input),
        spec.objective().objective(input),
        spec.optimiser().optimiser(),
        schedule,
        spec.gradientClip(),
        spec.seed(),
        normalisation(run));
  }

  private static @Nullable Normalisation normalisation(Run run) {
    return switch (run.input()) {
      case RunInput.Pixels _ -> new Normalisation(run.dataset().mean(), run.dataset().std());
      case RunInput.Tokens _ -> null;
    };
  }
}
