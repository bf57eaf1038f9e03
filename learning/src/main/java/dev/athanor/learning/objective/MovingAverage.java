package dev.athanor.learning.objective;

import dev.athanor.learning.layer.Parameter;
import java.util.List;

/// A target network ξ that follows the online one θ, Grill et al. 2020,
/// https://arxiv.org/abs/2006.07733, section 3.1: after step k of K, ξ ← τ ξ + (1 - τ) θ with τ = 1
/// - (1 - τ_base) (cos(πk / K) + 1) / 2, which rises from τ_base to 1.
///
/// Batch normalisation's running statistics are not averaged: the target's own passes move them.
///
/// @param parameters that the target holds a copy of, statistics included
/// @param base τ_base, from 0 to 1
public record MovingAverage(List<Parameter> parameters, double base) {

  public MovingAverage {
    parameters = List.copyOf(parameters);
    if (!(base >= 0 && base <= 1)) {
      throw new IllegalArgumentException("base: %s (expected: >= 0 and <= 1)".formatted(base));
    }
  }

  /// τ after step `step`, counted from 0.
  public double momentum(long step, long steps) {
    // StrictMath: the same bits on every machine, for the momentum shapes the weights.
    var cosine = StrictMath.cos(StrictMath.PI * step / steps);
    return 1 - (1 - base) * (cosine + 1) / 2;
  }
}
