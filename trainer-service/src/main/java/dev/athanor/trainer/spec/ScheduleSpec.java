package dev.athanor.trainer.spec;

import org.jspecify.annotations.Nullable;

/// Linear warm-up, then a cosine to zero.
///
/// @param warmupSteps null for a tenth of the run's steps, 200 at most
public record ScheduleSpec(@Nullable Long warmupSteps) {
  private static final long LONGEST_USUAL_WARMUP = 200;

  public ScheduleSpec {
    if (warmupSteps != null) {
      Checks.atLeast(0, "warmupSteps", warmupSteps);
    }
  }

  public long warmupSteps(long steps) {
    return warmupSteps == null ? Math.min(LONGEST_USUAL_WARMUP, steps / 10) : warmupSteps;
  }
}
