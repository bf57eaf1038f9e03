package dev.athanor.trainer.spec;

import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.optimiser.Lars;
import dev.athanor.learning.optimiser.Optimiser;
import dev.athanor.learning.optimiser.Sgd;
import org.jspecify.annotations.Nullable;

/// @param kind `sgd`, `adamw` or `lars`
/// @param learningRate at the top of the schedule
/// @param momentum of `sgd` and `lars`, 0.9 where absent; `adamw` has none
public record OptimiserSpec(
    String kind, double learningRate, double weightDecay, @Nullable Double momentum) {
  private static final double USUAL_MOMENTUM = 0.9;

  public OptimiserSpec {
    Checks.that(
        "sgd".equals(kind) || "adamw".equals(kind) || "lars".equals(kind),
        "kind",
        kind,
        "sgd, adamw or lars");
    Checks.that(
        momentum == null || !"adamw".equals(kind),
        "momentum",
        momentum,
        "none, for adamw has none");
    build(kind, learningRate, weightDecay, momentum);
  }

  public Optimiser optimiser() {
    return build(kind, learningRate, weightDecay, momentum);
  }

  private static Optimiser build(
      String kind, double learningRate, double weightDecay, @Nullable Double momentum) {
    double inertia = momentum == null ? USUAL_MOMENTUM : momentum;
    return switch (kind) {
      case "sgd" -> new Sgd(learningRate, inertia, weightDecay);
      case "lars" -> new Lars(learningRate, inertia, weightDecay);
      default -> new AdamW(learningRate, weightDecay);
    };
  }
}
