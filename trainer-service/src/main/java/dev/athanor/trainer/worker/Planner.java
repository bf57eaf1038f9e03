package dev.athanor.trainer.worker;

import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.training.BatchSource;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.time.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fixes, before step 0, everything that shapes the result. A budget in minutes becomes a number of
/// steps here: some steps are trained on a network that is then thrown away, and timed.
final class Planner {
  private static final Logger log = LoggerFactory.getLogger(Planner.class);

  /// Batches in flight while calibrating: enough that none is waited for, and few enough that the
  /// augmenter is not busy with later ones.
  private static final int IN_FLIGHT = 4;

  private final Ticker ticker;

  Planner(Ticker ticker) {
    this.ticker = ticker;
  }

  /// @param tokens of the data set; null for images
  /// @param threads that this worker's engine computes with
  /// @throws RunFailure where the data set has not even one batch
  Plan plan(Job job, @Nullable TokenCounts tokens, int threads) throws InterruptedException {
    var run = job.run();
    checkEnough(run, tokens);
    Torch.useThreads(threads);
    try (var stream =
        job.open(
            Streams.calibrate(run, tokens, Calibration.MOST_STEPS),
            null,
            job.limits().atMost(IN_FLIGHT))) {
      var build = stream.build();
      var minutes = run.spec().training().minutes();
      return minutes == null
          ? plan(run, tokens, threads, build, steps(run, tokens), null)
          : calibrated(run, tokens, threads, build, minutes * 60, stream);
    }
  }

  private static void checkEnough(Run run, @Nullable TokenCounts tokens) {
    if (stepsPerEpoch(run, tokens) < 1) {
      throw new RunFailure(
          "batch: %d (expected: <= %d, the rows that the training split of %s version %d has)"
              .formatted(
                  run.spec().batch(),
                  Streams.rows(run, tokens),
                  run.dataset().dataset(),
                  run.dataset().version()));
    }
  }

  private static long steps(Run run, @Nullable TokenCounts tokens) {
    var budget = run.spec().training();
    return budget.steps() != null
        ? budget.steps()
        : Math.max(
            1,
            Math.round(
                (budget.epochs() == null ? 0 : budget.epochs()) * stepsPerEpoch(run, tokens)));
  }

  private Plan calibrated(
      Run run,
      @Nullable TokenCounts tokens,
      int threads,
      String build,
      double budgetSeconds,
      BatchSource batches)
      throws InterruptedException {
    double secondsPerStep;
    try (var session = TrainingSession.create(TrainingSpecs.throwaway(run))) {
      secondsPerStep =
          new Calibration(ticker)
              .secondsPerStep(() -> session.step(batches.batch(session.nextStep())), budgetSeconds);
    }
    long steps = Math.max(1, (long) (budgetSeconds / secondsPerStep));
    log.info(
        "run {}: {} s a step, so {} steps in {} s", run.id(), secondsPerStep, steps, budgetSeconds);
    return plan(run, tokens, threads, build, steps, secondsPerStep);
  }

  private static Plan plan(
      Run run,
      @Nullable TokenCounts tokens,
      int threads,
      String build,
      long steps,
      @Nullable Double secondsPerStep) {
    return new Plan(
        steps,
        stepsPerEpoch(run, tokens),
        run.spec().schedule().warmupSteps(steps),
        threads,
        build,
        secondsPerStep,
        tokens);
  }

  private static long stepsPerEpoch(Run run, @Nullable TokenCounts tokens) {
    return Streams.rows(run, tokens) / run.spec().batch();
  }
}
