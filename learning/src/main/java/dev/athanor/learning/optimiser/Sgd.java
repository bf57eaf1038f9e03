package dev.athanor.learning.optimiser;

import dev.athanor.learning.engine.Updates;
import java.util.List;

/// Stochastic gradient descent with heavy-ball momentum: v ← μ v + η (g + λ w), w ← w - v. The
/// learning rate η is inside the velocity, so a changed rate takes hold gradually.
public record Sgd(double learningRate, double momentum, double weightDecay) implements Optimiser {

  public Sgd {
    Checks.positive("learningRate", learningRate);
    Checks.fraction("momentum", momentum);
    Checks.notNegative("weightDecay", weightDecay);
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("velocity") : List.of();
  }

  @Override
  public void update(Update update) {
    var decay = update.parameter().decays() ? weightDecay : 0;
    new Updates.Sgd(
            (float) update.learningRate(),
            (float) decay,
            (float) update.gradientScale(),
            (float) momentum)
        .apply(update.weight(), update.gradient(), momentum > 0 ? update.slots().getFirst() : null);
  }
}
