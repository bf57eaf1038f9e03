package dev.athanor.trainer.worker;

import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;

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
    return new TrainingSpec(
        run.encoder(),
        run.objective(),
        spec.optimiser().optimiser(),
        schedule,
        spec.gradientClip(),
        spec.seed(),
        run.normalisation());
  }
}
