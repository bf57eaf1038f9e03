package dev.athanor.trainer.evaluation;

import dev.athanor.learning.evaluation.CollapseFigures;
import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.evaluation.LinearProbe;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The figures of an encoder while it trains, on a bounded number of samples of each split: whether
/// it collapses, always, and how well its neighbourhoods and a linear probe tell the classes apart,
/// where the data set has labels.
public final class OnlineEvaluation {
  private final Job job;
  private final EvaluationViews views;

  public OnlineEvaluation(Job job, Plan plan) {
    this.job = job;
    this.views = new EvaluationViews(job, plan);
  }

  public Map<String, Double> figures(TrainingSession session) throws InterruptedException {
    var spec = job.run().spec().evaluation();
    var figures = new TreeMap<String, Double>();
    var bank = views.encode(session, "train", spec.samples());
    collapse(figures, bank, views.encodeTwice(session));
    if (job.run().dataset().judgeable()) {
      var queries = views.encode(session, "test", spec.samples());
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
    return figures;
  }

  private static void collapse(Map<String, Double> figures, Embeddings bank, float[][][] twice) {
    var spread = CollapseFigures.of(bank.rows());
    figures.put("collapse.std", spread.std());
    figures.put("collapse.rankme", spread.rankMe());
    figures.put("collapse.uniformity", spread.uniformity());
    figures.put(
        "collapse.alignment",
        Objects.requireNonNull(CollapseFigures.of(twice[0], twice[1]).alignment()));
  }
}
