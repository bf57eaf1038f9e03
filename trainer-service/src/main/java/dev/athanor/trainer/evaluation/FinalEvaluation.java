package dev.athanor.trainer.evaluation;

import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.evaluation.LinearProbe;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.run.Verdict;
import dev.athanor.trainer.spec.ClassifierBudget;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.SupervisedSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The table that a run ends with: probes of the trained encoder and of the same encoder before its
/// first step, at some fractions of the labels, and the same network trained from scratch with
/// supervision; of texts, what counting words comes to. Lines are written as they come, so that a
/// worker that takes over does only what is missing.
///
/// Embeddings are held in memory. Where those of the labels that a line asks for do not fit, it is
/// made of as many as fit, drawn alike, and says how many; where not even the test split's fit, it
/// is left out: no figure is worth a trained encoder that is never published.
public final class FinalEvaluation {
  private static final Logger log = LoggerFactory.getLogger(FinalEvaluation.class);

  private final Job job;
  private final Plan plan;
  private final TrainingSpec training;
  private final @Nullable Tokenizer tokenizer;
  private final Views how;
  private final EmbeddingRoom room;
  private final Keeping keeping;
  private final EvaluationViews views;
  private final List<String> leftOut = new ArrayList<>();

  /// @param tokenizer of the run; null on images
  /// @param room that its embeddings have
  /// @param keeping of the networks that it trains
  public FinalEvaluation(
      Job job,
      Plan plan,
      TrainingSpec training,
      @Nullable Tokenizer tokenizer,
      EmbeddingRoom room,
      Keeping keeping) {
    this.job = job;
    this.plan = plan;
    this.training = training;
    this.tokenizer = tokenizer;
    this.room = room;
    this.keeping = keeping;
    this.how = Views.of(job.run(), plan);
    this.views = new EvaluationViews(job.feed(), how);
  }

  /// @return what the table lacks, and why, a sentence each; none where it is whole
  public List<String> judge(TrainingSession session) throws InterruptedException {
    tell("figures of the trained encoder");
    new OnlineEvaluation(job, plan, tokenizer, room).judgeAtEnd(session, plan.steps(), epoch());
    if (job.run().dataset().judgeable()) {
      fillTable(session);
    }
    return List.copyOf(leftOut);
  }

  private void fillTable(TrainingSession session) throws InterruptedException {
    if (job.run().spec().objective() instanceof SupervisedSpec supervised) {
      classify(supervised, session);
    }
    var kind = job.run().spec().objective().kind();
    probe(kind, session::encode);
    if (job.run().spec().evaluation().projection()) {
      probe(kind + ".z", batch -> session.compared(batch).orElseThrow());
    }
    try (var untrained = TrainingSession.create(training)) {
      probe("random", untrained::encode);
    }
    if (job.run().spec().medium() == Medium.TEXTS) {
      countWords();
    }
    for (double fraction : job.run().spec().evaluation().scratch()) {
      scratch(fraction);
    }
  }

  /// The classifier itself.
  private void classify(SupervisedSpec supervised, TrainingSession session)
      throws InterruptedException {
    int labels = job.run().trainingSamples();
    var share = supervised.share().fraction();
    judged(
        job.run().parent() == null ? "supervised" : "fine-tuned",
        "supervised",
        share == null ? (double) labels / how.samples("train") : share,
        labels,
        views.all("test", session::project).accuracyOfLogits(),
        epoch());
  }

  private void probe(String encoder, Function<Batch, float[][]> network)
      throws InterruptedException {
    var fractions =
        fractions().stream()
            .filter(
                f ->
                    !job.rows().isJudged(encoder, "linear", f)
                        || !job.rows().isJudged(encoder, "knn", f))
            .toList();
    if (fractions.isEmpty()) {
      return;
    }
    tell("probes of the %s encoder".formatted(encoder));
    long seed = job.run().spec().seed();
    int dimensions = views.some("test", 1, seed, network).rows()[0].length;
    int most = room.rows(dimensions) - how.samples("test");
    if (most < labels(0)) {
      leaveOut(
          "%s: %d embeddings of %d numbers of the test split leave no room for the training split's in this worker's heap"
              .formatted(encoder, how.samples("test"), dimensions));
      return;
    }
    var queries = views.all("test", network);
    for (double fraction : fractions) {
      int labels = Math.min(labels(fraction), most);
      if (labels < labels(fraction)) {
        log.warn(
            "run {}: {} probes of {} labels, not {}: no more embeddings fit into the heap",
            job.run().id(),
            encoder,
            labels,
            labels(fraction));
      }
      var selection = Appraiser.selection(how, seed, labels);
      var bank =
          selection == null
              ? views.all("train", network)
              : views.selected("train", selection, network);
      probe(encoder, fraction, bank, queries);
    }
  }

  private void leaveOut(String why) {
    log.warn("run {}: the table lacks {}", job.run().id(), why);
    leftOut.add(why);
  }

  /// All that the spec names, numbers of labels among them, once each.
  private List<Double> fractions() {
    var spec = job.run().spec().evaluation();
    double samples = how.samples("train");
    return Stream.concat(
            spec.fractions().stream(),
            spec.labels().stream().map(count -> Math.min(1, count / samples)))
        .distinct()
        .toList();
  }

  private void probe(String encoder, double fraction, Embeddings bank, Embeddings queries) {
    var spec = job.run().spec();
    var neighbours =
        new KNearestNeighbours(spec.evaluation().neighbours(), spec.evaluation().temperature());
    judged(
        encoder,
        "knn",
        fraction,
        bank.labels().length,
        neighbours.accuracy(bank.rows(), bank.labels(), queries.rows(), queries.labels()),
        null);
    var probe = LinearProbe.withSeed(spec.seed()).fit(bank.rows(), bank.labels());
    judged(
        encoder,
        "linear",
        fraction,
        bank.labels().length,
        probe.accuracy(queries.rows(), queries.labels()),
        null);
  }

  private void judged(
      String encoder,
      String method,
      double fraction,
      int labels,
      double accuracy,
      @Nullable Integer epochs) {
    job.guard().run();
    job.rows()
        .judged(
            plan.steps(),
            epoch(),
            new Verdict(encoder, method, fraction, labels, accuracy, epochs));
  }

  /// What needs no encoder at all.
  private void countWords() throws InterruptedException {
    var open =
        fractions().stream()
            .filter(f -> !job.rows().isJudged(WordBaseline.NAME, "linear", f))
            .toList();
    if (open.isEmpty()) {
      return;
    }
    tell("TF-IDF of the words");
    var baseline = new WordBaseline(views, Objects.requireNonNull(tokenizer, "tokenizer"), room);
    long seed = job.run().spec().seed();
    try {
      var queries = baseline.read("test", null);
      for (double fraction : open) {
        var bank = baseline.read("train", Appraiser.selection(how, seed, labels(fraction)));
        judged(
            WordBaseline.NAME,
            "linear",
            fraction,
            labels(fraction),
            WordBaseline.accuracy(bank, queries, seed),
            null);
      }
    } catch (NoRoomException full) {
      leaveOut(String.valueOf(full.getMessage()));
    }
  }

  private void scratch(double fraction) throws InterruptedException {
    if (job.rows().isJudged("scratch", "supervised", fraction)) {
      return;
    }
    tell("the same network from scratch, %s of the labels".formatted(fraction));
    int labels = labels(fraction);
    var run = job.run();
    var budget = ClassifierBudget.FROM_SCRATCH;
    long seed = run.spec().seed();
    var trained =
        new LabelledTraining(job.feed(), how, run.encoder(), run.normalisation(), budget, keeping)
            .train("scratch-" + labels, Appraiser.selection(how, seed, labels), labels, seed, null);
    judged("scratch", "supervised", fraction, labels, trained.accuracy(), budget.epochs(labels));
  }

  /// As many samples of the training split as the fraction says, but one a class at least.
  private int labels(double fraction) {
    int samples = how.samples("train");
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
