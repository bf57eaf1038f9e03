package dev.athanor.trainer.worker;

import dev.athanor.learning.training.Step;
import dev.athanor.learning.training.StepListener;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.checkpoint.Checkpoints;
import dev.athanor.trainer.evaluation.OnlineEvaluation;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/// What happens between two steps: the run's curve is written down, the encoder judged and a
/// checkpoint made every so often.
final class Journal implements StepListener {
  private static final long MOST_POINTS = 1000;
  private static final long TELL_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Job job;
  private final Plan plan;
  private final TrainingSession session;
  private final Checkpoints checkpoints;
  private final OnlineEvaluation evaluation;
  private final Scratch scratch;
  private final Ticker ticker;
  private final Speedometer speed;
  private long toldNanos;
  private long savedStep;

  Journal(
      Job job,
      Plan plan,
      TrainingSession session,
      Checkpoints checkpoints,
      OnlineEvaluation evaluation,
      Scratch scratch,
      Ticker ticker) {
    this.job = job;
    this.plan = plan;
    this.session = session;
    this.checkpoints = checkpoints;
    this.evaluation = evaluation;
    this.scratch = scratch;
    this.ticker = ticker;
    this.speed = new Speedometer(ticker);
    this.toldNanos = ticker.nanos();
    this.savedStep = session.nextStep();
  }

  /// Judges the encoder where whoever had the run before had to leave between a step and that.
  void catchUp() throws InterruptedException {
    long done = session.nextStep();
    if (isJudged(done) && !job.rows().isEvaluated(done)) {
      judge(done);
    }
  }

  /// A step is told of before the guard may call off what follows: the run goes on behind it.
  @Override
  public void stepped(Step step) throws InterruptedException {
    speed.stepped();
    long done = step.number() + 1;
    boolean last = done == plan.steps();
    tell(step, done, last);
    job.guard().run();
    if (isJudged(done)) {
      judge(done);
    }
    if (done % job.run().spec().checkpoint().everySteps() == 0 || last) {
      save();
      speed.pause();
    }
  }

  /// At the ends of epochs or every so many steps; after the last step is for the final evaluation.
  private boolean isJudged(long done) {
    long every = job.run().spec().evaluation().everySteps(plan.stepsPerEpoch(), plan.steps());
    return done > 0 && done < plan.steps() && done % every == 0;
  }

  private void judge(long done) throws InterruptedException {
    evaluation.judge(session, done, epochsDone(done));
    speed.pause();
  }

  private int epochsDone(long steps) {
    return (int) (steps / plan.stepsPerEpoch());
  }

  private void tell(Step step, long done, boolean last) {
    double samplesPerSecond = speed.stepsPerSecond() * job.run().spec().batch();
    if (step.moved() && (done % pointEvery() == 0 || last)) {
      job.rows()
          .point(
              done,
              plan.epochOf(step.number()),
              step.loss(),
              step.learningRate(),
              samplesPerSecond);
    }
    if (last || ticker.nanos() - toldNanos >= TELL_EVERY_NANOS) {
      toldNanos = ticker.nanos();
      job.rows().progress(progress(step, done, samplesPerSecond));
    }
  }

  /// The curve has at most a thousand points, at steps that do not depend on the time.
  private long pointEvery() {
    return Math.ceilDiv(plan.steps(), MOST_POINTS);
  }

  private Progress progress(Step step, long done, double samplesPerSecond) {
    double stepsPerSecond = speed.stepsPerSecond();
    return new Progress(
        done,
        plan.steps(),
        plan.epochOf(step.number()),
        step.moved() ? step.loss() : null,
        step.learningRate(),
        samplesPerSecond,
        stepsPerSecond == 0 ? 0 : (plan.steps() - done) / stepsPerSecond,
        "training");
  }

  /// Makes the session's state the run's newest checkpoint, where it is not already.
  void save() {
    if (session.nextStep() == savedStep) {
      return;
    }
    try (var folder = scratch.folder("checkpoint")) {
      session.save(folder.path());
      checkpoints.save(job.rows(), session.nextStep(), folder.path());
      savedStep = session.nextStep();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
