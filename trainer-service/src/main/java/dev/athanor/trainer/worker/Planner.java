package dev.athanor.trainer.worker;

import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.training.BatchSource;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.time.Ticker;
import java.util.concurrent.TimeUnit;
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

  private static final long WARM_UP_STEPS = 3;
  private static final long MEASURED_STEPS = 40;
  private static final double WARM_UP_SECONDS = 2;
  private static final double MEASURED_SECONDS = 6;
  private static final double LARGEST_PART_OF_BUDGET = 0.1;

  private final Ticker ticker;

  Planner(Ticker ticker) {
    this.ticker = ticker;
  }

  /// @param threads that this worker's engine computes with
  Plan plan(Job job, int threads) throws InterruptedException {
    var run = job.run();
    long batches = 2 * (WARM_UP_STEPS + MEASURED_STEPS);
    Torch.useThreads(threads);
    try (var stream =
        job.open(Streams.calibrate(run, batches), null, job.limits().atMost(IN_FLIGHT))) {
      var build = stream.build();
      var minutes = run.spec().training().minutes();
      return minutes == null
          ? plan(run, threads, build, steps(run), null)
          : calibrated(run, threads, build, minutes * 60, stream);
    }
  }

  private static long steps(Run run) {
    var budget = run.spec().training();
    return budget.steps() != null
        ? budget.steps()
        : Math.max(
            1, Math.round((budget.epochs() == null ? 0 : budget.epochs()) * stepsPerEpoch(run)));
  }

  private Plan calibrated(
      Run run, int threads, String build, double budgetSeconds, BatchSource batches)
      throws InterruptedException {
    double secondsPerStep = secondsPerStep(run, budgetSeconds, batches);
    long steps = Math.max(1, (long) (budgetSeconds / secondsPerStep));
    log.info(
        "run {}: {} s a step, so {} steps in {} s", run.id(), secondsPerStep, steps, budgetSeconds);
    return plan(run, threads, build, steps, secondsPerStep);
  }

  private static Plan plan(
      Run run, int threads, String build, long steps, @Nullable Double secondsPerStep) {
    return new Plan(
        steps,
        stepsPerEpoch(run),
        run.spec().schedule().warmupSteps(steps),
        threads,
        build,
        secondsPerStep);
  }

  private static long stepsPerEpoch(Run run) {
    return run.trainingSamples() / run.spec().batch();
  }

  /// Waiting for batches included, because the run waits as well.
  private double secondsPerStep(Run run, double budgetSeconds, BatchSource batches)
      throws InterruptedException {
    double measured = Math.min(MEASURED_SECONDS, budgetSeconds * LARGEST_PART_OF_BUDGET);
    try (var session = TrainingSession.create(TrainingSpecs.throwaway(run))) {
      train(session, batches, WARM_UP_STEPS, Math.min(WARM_UP_SECONDS, measured));
      long warm = session.nextStep();
      double seconds = train(session, batches, MEASURED_STEPS, measured);
      return seconds / (session.nextStep() - warm);
    }
  }

  /// Trains for as long, and at most for as many steps, but for one at least.
  private double train(TrainingSession session, BatchSource batches, long steps, double seconds)
      throws InterruptedException {
    long begin = ticker.nanos();
    long end = session.nextStep() + steps;
    double took;
    do {
      session.step(batches.batch(session.nextStep()));
      took = (ticker.nanos() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    } while (session.nextStep() < end && took < seconds);
    return took;
  }
}
