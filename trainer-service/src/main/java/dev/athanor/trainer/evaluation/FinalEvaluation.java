package dev.athanor.trainer.evaluation;

import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.evaluation.LinearProbe;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.run.Verdict;

/// The table that a run ends with: probes of the trained encoder and of the same encoder before its
/// first step, at some fractions of the labels, and the same network trained from scratch with
/// supervision. Lines are written as they come, so that a worker that takes over does only what is
/// missing.
public final class FinalEvaluation {
  private final Job job;
  private final Plan plan;
  private final TrainingSpec training;
  private final EvaluationViews views;

  public FinalEvaluation(Job job, Plan plan, TrainingSpec training) {
    this.job = job;
    this.plan = plan;
    this.training = training;
    this.views = new EvaluationViews(job, plan);
  }

  public void judge(TrainingSession session) throws InterruptedException {
    tell("figures of the trained encoder");
    new OnlineEvaluation(job, plan).judge(session, plan.steps(), epoch());
    if (!job.run().dataset().judgeable()) {
      return;
    }
    probe(job.run().spec().objective().kind(), session);
    try (var untrained = TrainingSession.create(training)) {
      probe("random", untrained);
    }
    for (double fraction : job.run().spec().evaluation().scratch()) {
      scratch(fraction);
    }
  }

  private void probe(String encoder, TrainingSession session) throws InterruptedException {
    var fractions =
        job.run().spec().evaluation().fractions().stream()
            .filter(
                f ->
                    !job.rows().isJudged(encoder, "linear", f)
                        || !job.rows().isJudged(encoder, "knn", f))
            .toList();
    if (fractions.isEmpty()) {
      return;
    }
    tell("probes of the %s encoder".formatted(encoder));
    var queries = views.encode(session, "test", views.samples("test"));
    for (double fraction : fractions) {
      probe(encoder, fraction, views.encode(session, "train", labels(fraction)), queries);
    }
  }

  private void probe(String encoder, double fraction, Embeddings bank, Embeddings queries) {
    var spec = job.run().spec();
    var neighbours =
        new KNearestNeighbours(spec.evaluation().neighbours(), spec.evaluation().temperature());
    judged(
        encoder,
        "knn",
        fraction,
        neighbours.accuracy(bank.rows(), bank.labels(), queries.rows(), queries.labels()));
    var probe = LinearProbe.withSeed(spec.seed()).fit(bank.rows(), bank.labels());
    judged(encoder, "linear", fraction, probe.accuracy(queries.rows(), queries.labels()));
  }

  private void judged(String encoder, String method, double fraction, double accuracy) {
    job.guard().run();
    job.rows()
        .judged(
            plan.steps(),
            epoch(),
            new Verdict(encoder, method, fraction, labels(fraction), accuracy, null));
  }

  private void scratch(double fraction) throws InterruptedException {
    if (job.rows().isJudged("scratch", "supervised", fraction)) {
      return;
    }
    tell("the same network from scratch, %s of the labels".formatted(fraction));
    int labels = labels(fraction);
    var supervised = new FromScratch(job, plan, training, labels);
    var accuracy = supervised.accuracy(views);
    job.rows()
        .judged(
            plan.steps(),
            epoch(),
            new Verdict("scratch", "supervised", fraction, labels, accuracy, supervised.epochs()));
  }

  /// As many samples of the training split as the fraction says, but one a class at least.
  private int labels(double fraction) {
    int samples = views.samples("train");
    int least = Math.min(samples, job.run().dataset().classes().size());
    return (int) Math.clamp(Math.round(fraction * samples), least, samples);
  }

  private int epoch() {
    return (int) (plan.steps() / plan.stepsPerEpoch());
  }

  private void tell(String phase) {
    job.guard().run();
    job.rows()
        .progress(
            new Progress(
                plan.steps(), plan.steps(), epoch(), null, 0, 0, 0, "evaluating: " + phase));
  }
}
