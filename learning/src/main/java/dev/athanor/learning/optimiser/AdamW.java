package dev.athanor.learning.optimiser;

import dev.athanor.learning.engine.Updates;
import java.util.List;

/// Adam with decoupled weight decay, Loshchilov & Hutter 2017, https://arxiv.org/abs/1711.05101,
/// algorithm 2.
public record AdamW(
    double learningRate, double weightDecay, double beta1, double beta2, double epsilon)
    implements Optimiser {

  public AdamW {
    Checks.positive("learningRate", learningRate);
    Checks.notNegative("weightDecay", weightDecay);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.positive("epsilon", epsilon);
  }

  /// With the paper's β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
  public AdamW(double learningRate, double weightDecay) {
    this(learningRate, weightDecay, 0.9, 0.999, 1e-8);
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "variance");
  }

  @Override
  public void update(Update update) {
    var correction1 = 1 - StrictMath.pow(beta1, update.step());
    // The engine computes m / (√v + ε); with the second correction moved into the step and into ε
    // this is
    // exactly m̂ / (√v̂ + ε).
    var correction2 = Math.sqrt(1 - StrictMath.pow(beta2, update.step()));
    var adam =
        new Updates.Adam(
            (float) update.learningRate(),
            (float) (update.learningRate() * correction2 / correction1),
            (float) (update.parameter().decays() ? weightDecay : 0),
            (float) update.gradientScale(),
            (float) beta1,
            (float) beta2,
            (float) (epsilon * correction2));
    adam.apply(update.weight(), update.gradient(), update.slots().get(0), update.slots().get(1));
  }
}
