package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private long now = 7;
  private int steps;

  @Test
  void theStepsBeforeTheJvmIsWarmDoNotCount() throws InterruptedException {
    assertThat(measured(i -> i < 3 ? 3 : 0.5, 120)).isEqualTo(0.5, within(1e-9));
    assertThat(steps).as("3 of 3 s and 6 of 0.5 s, of 120 s").isEqualTo(9);
  }

  /// Batches that come in pairs make one step wait and the next one not.
  @Test
  void aStepThatWaitsForTwoBatchesCountsForBoth() throws InterruptedException {
    assertThat(measured(i -> i % 2 == 0 ? 0.2 : 0, 3600)).isEqualTo(0.1, within(1e-3));
  }

  @Test
  void itTakesOneStepAtLeast() throws InterruptedException {
    assertThat(measured(_ -> 90, 60)).isEqualTo(90, within(1e-9));
    assertThat(steps).isOne();
  }

  @Test
  void itEndsAfterTwentySecondsOfALongBudgetAndFourHundredQuickSteps() throws InterruptedException {
    measured(_ -> 1, 86_400);
    assertThat(steps).isEqualTo(20);

    measured(_ -> 0.001, 86_400);
    assertThat(steps).isEqualTo(Calibration.MOST_STEPS);
  }

  /// @param seconds that the step of a number takes
  private double measured(IntToDoubleFunction seconds, double budget) throws InterruptedException {
    steps = 0;
    return new Calibration(() -> now)
        .secondsPerStep(
            () -> {
              double took = seconds.applyAsDouble(steps++) * TimeUnit.SECONDS.toNanos(1);
              now += Math.round(took);
            },
            budget);
  }
}
