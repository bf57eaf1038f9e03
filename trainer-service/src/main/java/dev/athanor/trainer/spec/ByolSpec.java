package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.objective.Byol;
import dev.athanor.learning.objective.Objective;

/// `byol`.
///
/// @param projection the projector, and the predictor, which has the same layers
/// @param predictor false: the projections themselves are compared
/// @param movingAverage false: the target is the online network, its gradient stopped
/// @param base of the target's momentum
public record ByolSpec(
    ProjectionHead projection, boolean predictor, boolean movingAverage, double base)
    implements ImageObjectiveSpec {
  public ByolSpec {
    Checks.present("projection", projection);
    new Byol(projection, predictor, movingAverage, base);
  }

  @Override
  public String kind() {
    return "byol";
  }

  @Override
  public Objective objective(int channels, int size, int classes) {
    return new Byol(projection, predictor, movingAverage, base);
  }
}
