package dev.athanor.trainer.worker;

import dev.athanor.trainer.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Measures how long a step of training takes, its wait for a batch included. Only the later half
/// of the steps counts: during the first ones the JVMs that make and take batches still compile.
///
/// @param ticker that steps are measured by
record Calibration(Ticker ticker) {
  static final int MOST_STEPS = 400;

  private static final double MOST_SECONDS = 20;
  private static final double LARGEST_PART_OF_BUDGET = 0.1;

  /// One step of training.
  interface Step {
    void take() throws InterruptedException;
  }

  /// Takes steps until a part of the budget is spent, and one at least.
  double secondsPerStep(Step step, double budgetSeconds) throws InterruptedException {
    double enough = Math.min(MOST_SECONDS, budgetSeconds * LARGEST_PART_OF_BUDGET);
    var taken = new ArrayList<Double>(List.of(0.0)); // seconds from the begin to each step's end
    long begin = ticker.nanos();
    while (taken.size() <= MOST_STEPS && taken.getLast() < enough) {
      step.take();
      taken.add((ticker.nanos() - begin) / (double) TimeUnit.SECONDS.toNanos(1));
    }
    int last = taken.size() - 1;
    int half = last / 2;
    return (taken.get(last) - taken.get(half)) / (last - half);
  }
}
