package dev.athanor.trainer.spec;

/// @param everySteps how many steps a crash may cost
public record CheckpointSpec(long everySteps) {
  public CheckpointSpec {
    Checks.atLeast(1, "everySteps", everySteps);
  }
}
