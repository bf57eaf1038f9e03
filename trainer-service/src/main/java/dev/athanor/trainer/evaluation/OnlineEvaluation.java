package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.evaluation.CollapseFigures;
import dev.athanor.learning.evaluation.HealthyBand;
import dev.athanor.learning.evaluation.HealthyBands;
import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.evaluation.LinearProbe;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.objective.Vae;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.spec.RunInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The figures of an encoder while it trains, on a bounded number of samples of each split: whether
/// it collapses, always, and how well its neighbourhoods and a linear probe tell the classes apart,
/// where the data set has labels.
public final class OnlineEvaluation {
  private static final String OF_H = "collapse.";
  private static final String OF_Z = "collapse.z.";

  private final Job job;
  private final Plan plan;
  private final @Nullable Tokenizer tokenizer;
  private final int samples;
  private final EvaluationViews views;
  private final HeldOut heldOut;

  /// @param tokenizer of the run; null on images
  /// @param room that its embeddings have
  public OnlineEvaluation(Job job, Plan plan, @Nullable Tokenizer tokenizer, EmbeddingRoom room) {
    this.job = job;
    this.plan = plan;
    this.tokenizer = tokenizer;
    // Of each of two splits.
    this.samples =
        Math.min(
            job.run().spec().evaluation().samples(),
            Math.max(2, room.rows(job.run().published().dimensions()) / 2));
    this.views = new EvaluationViews(job.feed(), Views.of(job.run(), plan));
    this.heldOut = new HeldOut(job, plan, views);
  }

  /// Writes the figures down, after the warm-up with an alarm where embeddings have left a healthy
  /// band.
  ///
  /// @param step steps done
  /// @throws CollapsedException after that, where the run's spec says that it shall end then
  public void judge(TrainingSession session, long step, int epoch) throws InterruptedException {
    judge(session, step, epoch, job.run().spec().evaluation().samples());
  }

  /// The same at the end, when texts are predicted to their end.
  void judgeAtEnd(TrainingSession session, long step, int epoch) throws InterruptedException {
    judge(session, step, epoch, Integer.MAX_VALUE);
  }

  private void judge(TrainingSession session, long step, int epoch, int heldOutRows)
      throws InterruptedException {
    var figures = new TreeMap<String, Double>();
    var bands = new TreeMap<String, HealthyBand>();
    var causes = new ArrayList<String>();
    var run = job.run();
    var bank = views.look(samples, run.spec().seed(), session::encode);
    switch (run.input()) {
      case RunInput.Pixels _ -> {
        var twice = views.twoViews(run.spec().seed());
        collapse(session, bank, twice, figures, bands, causes);
        figures.putAll(session.figures(twice));
        if (session.spec().objective() instanceof Vae) {
          draw(session, twice, step);
        }
      }
      case RunInput.Tokens _ -> {
        if (bank.rows().length > 1) {
          var found = CollapseFigures.of(bank.rows());
          note(OF_H, found, bank.rows(), figures, bands, causes);
        }
        figures.putAll(heldOut.figures(session, heldOutRows));
        if (session.spec().objective() instanceof CausalLanguageModel) {
          var maker = new TextMaker(Objects.requireNonNull(tokenizer, "tokenizer"));
          job.rows().made(TextMaker.SAMPLES, step, maker.samples(session));
        }
      }
    }
    if (run.dataset().judgeable()) {
      probe(session, bank, figures);
      if (session.spec().objective() instanceof Supervised) {
        classify(session, step == plan.steps(), figures);
      }
    }
    var alarming = isWarm(step) ? causes : List.<String>of();
    job.rows().evaluated(step, epoch, figures, bands, alarming);
    if (!alarming.isEmpty() && run.spec().evaluation().stopOnCollapse()) {
      throw new CollapsedException(step, alarming);
    }
  }

  /// A network that has hardly moved lies outside the bands, and has not collapsed.
  private boolean isWarm(long step) {
    return step > plan.warmupSteps() || step == plan.steps();
  }

  /// Looks at h, and at z where the loss compares that: a collapsed z can lie on top of an h that
  /// still looks well spread.
  private static void collapse(
      TrainingSession session,
      Embeddings bank,
      ImageBatch twice,
      Map<String, Double> figures,
      Map<String, HealthyBand> bands,
      List<String> causes) {
    var spread = CollapseFigures.of(bank.rows());
    var alignment = ofBothViews(session.encode(twice)).alignment();
    var h = new CollapseFigures(spread.std(), spread.rankMe(), alignment, spread.uniformity());
    note(OF_H, h, bank.rows(), figures, bands, causes);
    session
        .compared(twice)
        .ifPresent(z -> note(OF_Z, ofBothViews(z), firstViews(z), figures, bands, causes));
  }

  /// @param both (2N, D): all first views, then all second ones
  private static CollapseFigures ofBothViews(float[][] both) {
    return CollapseFigures.of(
        firstViews(both), Arrays.copyOfRange(both, both.length / 2, both.length));
  }

  private static float[][] firstViews(float[][] both) {
    return Arrays.copyOf(both, both.length / 2);
  }

  /// @param of the embeddings that rank and spread are of
  private static void note(
      String prefix,
      CollapseFigures found,
      float[][] of,
      Map<String, Double> figures,
      Map<String, HealthyBand> bands,
      List<String> causes) {
    found.byName().forEach((name, value) -> figures.put(prefix + name, value));
    HealthyBands.of(found, of.length, of[0].length)
        .forEach((name, band) -> bands.put(prefix + name, band));
    for (var breach : HealthyBands.breaches(found, of.length, of[0].length)) {
      causes.add(prefix + breach);
    }
  }

  private void draw(TrainingSession session, ImageBatch images, long step) {
    var maker = new ImageMaker();
    job.rows().picture(ImageMaker.RECONSTRUCTIONS, step, maker.reconstructions(session, images));
    job.rows().picture(ImageMaker.SAMPLES, step, maker.samples(session, images));
  }

  private Embeddings some(String split, Function<Batch, float[][]> network)
      throws InterruptedException {
    return views.some(split, samples, job.run().spec().seed(), network);
  }

  /// How often the classifier itself is right, on test samples and on those that it learns from; in
  /// the end on the whole test split.
  private void classify(TrainingSession session, boolean last, Map<String, Double> figures)
      throws InterruptedException {
    var run = job.run();
    var test = last ? views.all("test", session::project) : some("test", session::project);
    figures.put("accuracy", test.accuracyOfLogits());
    int learnt = Math.min(run.trainingSamples(), samples);
    var selection =
        Selection.newBuilder().setCount(learnt).setSeed(run.spec().seed()).setBalanced(true);
    var train = views.selected("train", selection.build(), session::project);
    figures.put("accuracy.train", train.accuracyOfLogits());
  }

  private void probe(TrainingSession session, Embeddings bank, Map<String, Double> figures)
      throws InterruptedException {
    var spec = job.run().spec().evaluation();
    var queries = some("test", session::encode);
    figures.put(
        "knn.accuracy",
        new KNearestNeighbours(spec.neighbours(), spec.temperature())
            .accuracy(bank.rows(), bank.labels(), queries.rows(), queries.labels()));
    figures.put(
        "linear.accuracy",
        LinearProbe.withSeed(job.run().spec().seed())
            .fit(bank.rows(), bank.labels())
            .accuracy(queries.rows(), queries.labels()));
  }
}
