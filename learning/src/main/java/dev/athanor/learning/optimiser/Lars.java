package dev.athanor.learning.optimiser;

import dev.athanor.learning.engine.Updates;
import java.util.List;

/// Layer-wise adaptive rate scaling, You et al. 2017, https://arxiv.org/abs/1708.03888, algorithm
/// 1: each weight's rate is scaled by trust × ‖w‖ / (‖g‖ + λ ‖w‖), then momentum as in [Sgd].
/// Biases and batch normalisation go without scaling and decay (Chen et al. 2020, appendix B.6).
///
/// @param trust η of the paper, how far a layer trusts its gradient; 0.001
public record Lars(double learningRate, double momentum, double weightDecay, double trust)
    implements Optimiser {

  public Lars {
    Checks.positive("learningRate", learningRate);
    Checks.fraction("momentum", momentum);
    Checks.notNegative("weightDecay", weightDecay);
    Checks.positive("trust", trust);
  }

  /// With the trust coefficient 0.001.
  public Lars(double learningRate, double momentum, double weightDecay) {
    this(learningRate, momentum, weightDecay, 0.001);
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("velocity") : List.of();
  }

  @Override
  public void update(Update update) {
    var decay = update.parameter().decays() ? weightDecay : 0;
    var rate = update.learningRate() * (update.parameter().decays() ? adaptation(update) : 1);
    new Updates.Sgd((float) rate, (float) decay, (float) update.gradientScale(), (float) momentum)
        .apply(update.weight(), update.gradient(), momentum > 0 ? update.slots().getFirst() : null);
  }

  /// 1 where weight or gradient vanish: there is no direction to scale.
  private double adaptation(Update update) {
    var squares = Updates.squaredNorms(List.of(update.weight(), update.gradient()));
    var weight = Math.sqrt(squares[0]);
    var gradient = update.gradientScale() * Math.sqrt(squares[1]);
    return weight > 0 && gradient > 0 ? trust * weight / (gradient + weightDecay * weight) : 1;
  }
}
