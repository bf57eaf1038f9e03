package dev.athanor.learning.schedule;

/// Linear warm-up, then half a cosine down to zero: Loshchilov & Hutter 2016,
/// https://arxiv.org/abs/1608.03983, without restarts, as Chen et al. 2020 (appendix B.6) use it.
///
/// @param warmupSteps steps until the full learning rate is reached
/// @param steps of the whole run
public record CosineSchedule(long warmupSteps, long steps) {

  public CosineSchedule {
    if (warmupSteps < 0) {
      throw new IllegalArgumentException("warmupSteps: %d (expected: >= 0)".formatted(warmupSteps));
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: %d (expected: > 0)".formatted(steps));
    }
  }

  /// What the learning rate is multiplied with in step `step`, counted from 0: (step + 1) /
  /// warmupSteps while warming up, then from 1 down towards 0, which the step after the last would
  /// reach.
  public double factor(long step) {
    if (step < warmupSteps) {
      return (step + 1.0) / warmupSteps;
    }
    if (step >= steps) {
      return 0;
    }
    // StrictMath: the same bits on every machine, and the learning rate shapes the weights.
    var done = (double) (step - warmupSteps) / (steps - warmupSteps);
    return 0.5 * (1 + StrictMath.cos(StrictMath.PI * done));
  }
}
