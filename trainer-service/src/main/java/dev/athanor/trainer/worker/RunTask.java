package dev.athanor.trainer.worker;

import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.training.TrainingLoop;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.checkpoint.CellCheckpoints;
import dev.athanor.trainer.checkpoint.Checkpoints;
import dev.athanor.trainer.evaluation.FinalEvaluation;
import dev.athanor.trainer.evaluation.Keeping;
import dev.athanor.trainer.evaluation.OnlineEvaluation;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.job.Stopping;
import dev.athanor.trainer.registry.Publisher;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.run.RunState;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run, which whoever takes it next goes on with from the newest checkpoint. A run that kills
/// its workers one after the other, before they get anywhere, fails in the end.
final class RunTask {
  private static final Logger log = LoggerFactory.getLogger(RunTask.class);

  private final Job job;
  private final Checkpoints checkpoints;
  private final CellCheckpoints cells;
  private final Publisher publisher;
  private final Tokenising tokenising;
  private final PublishedEncoders published;
  private final Scratch scratch;
  private final Ticker ticker;
  private final WorkerProperties properties;

  RunTask(
      Job job,
      Checkpoints checkpoints,
      CellCheckpoints cells,
      Publisher publisher,
      Tokenising tokenising,
      PublishedEncoders published,
      Scratch scratch,
      Ticker ticker,
      WorkerProperties properties) {
    this.job = job;
    this.checkpoints = checkpoints;
    this.cells = cells;
    this.publisher = publisher;
    this.tokenising = tokenising;
    this.published = published;
    this.scratch = scratch;
    this.ticker = ticker;
    this.properties = properties;
  }

  void run() throws InterruptedException {
    try {
      int deaths = job.rows().deaths();
      if (deaths >= properties.takes()) {
        throw new RunFailure(
            "%d workers in a row died over the run without getting anywhere (expected: a checkpoint within %d); their logs say why"
                .formatted(deaths, properties.takes()));
      }
      work();
    } catch (Guard.Cancelled cancelled) {
      job.rows().become(RunState.CANCELLED, cancelled.getMessage());
    }
  }

  private void work() throws InterruptedException {
    job.guard().run();
    if (job.run().state() == RunState.QUEUED) {
      job.rows().become(RunState.RUNNING, null);
    }
    var plan = plan();
    Torch.useThreads(plan.threads());
    var file = texts() ? tokenising.file(job.run().dataset(), job.guard()) : null;
    var tokenizer = file == null ? null : Tokenizer.load(file);
    try (var session = open(plan)) {
      train(plan, session, tokenizer);
      job.rows().become(RunState.EVALUATING, null);
      var lacking = judge(plan, session, tokenizer);
      publish(plan, session, file);
      job.rows().become(RunState.SUCCEEDED, lacking);
    }
  }

  /// What the run's table lacks, and why; null where it is whole.
  private @Nullable String judge(Plan plan, TrainingSession session, @Nullable Tokenizer tokenizer)
      throws InterruptedException {
    var training = TrainingSpecs.of(job.run(), plan);
    var lacking =
        new FinalEvaluation(
                job,
                plan,
                training,
                tokenizer,
                properties.room(),
                new Keeping(job.rows().row(), cells, scratch, properties.cells(), ticker))
            .judge(session);
    return lacking.isEmpty() ? null : "the table lacks " + String.join("; ", lacking);
  }

  private boolean texts() {
    return job.run().spec().medium() == Medium.TEXTS;
  }

  private Plan plan() throws InterruptedException {
    var plan = job.run().plan();
    if (plan == null) {
      var tokens = texts() ? tokenising.await(job.run().dataset(), job.guard(), this::tell) : null;
      plan = new Planner(ticker).plan(job, tokens, properties.engineThreads());
      job.rows().plan(plan);
    }
    return plan;
  }

  private void tell(String phase) {
    job.rows().progress(new Progress(0, 0, 0, null, 0, 0, 0, phase));
  }

  /// At the newest checkpoint, or before the first step.
  private TrainingSession open(Plan plan) {
    var spec = TrainingSpecs.of(job.run(), plan);
    var newest = checkpoints.newest(job.run().id());
    if (newest.isEmpty()) {
      var parent = job.run().parent();
      return parent == null
          ? TrainingSession.create(spec)
          : TrainingSession.create(spec, given(parent));
    }
    log.info("run {} goes on at step {}", job.run().id(), newest.get().step());
    try (var folder = scratch.folder("resume")) {
      checkpoints.fetch(newest.get(), folder.path());
      return TrainingSession.restore(spec, folder.path());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Map<String, Tensor> given(PublishedEncoder parent) {
    return job.run().spec().hasOutputMap()
        ? published.languageModelWeights(parent)
        : published.weights(parent);
  }

  private void publish(Plan plan, TrainingSession session, byte @Nullable [] tokenizer) {
    job.guard().run();
    var last = checkpoints.newest(job.run().id()).orElseThrow();
    try (var folder = scratch.folder("publish")) {
      publisher.publish(job, plan, session, last.name(), tokenizer, folder.path());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void train(Plan plan, TrainingSession session, @Nullable Tokenizer tokenizer)
      throws InterruptedException {
    if (session.finished()) {
      return;
    }
    var journal =
        new Journal(
            job,
            plan,
            session,
            checkpoints,
            new OnlineEvaluation(job, plan, tokenizer, properties.room()),
            scratch,
            ticker);
    journal.catchUp();
    var stream = Streams.train(job.run(), plan, session.nextStep());
    try (var batches = job.open(stream, plan.augmenterBuild(), job.limits().quarters(3))) {
      TrainingLoop.run(session, batches, journal);
    } catch (Stopping stopping) {
      journal.save();
      throw stopping;
    }
  }
}
