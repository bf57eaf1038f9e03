package dev.athanor.trainer.evaluation;

import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.evaluation.TextScorer;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.MlmSpec;
import dev.athanor.trainer.spec.ObjectiveSpec;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// How well a model predicts the test split, which it was not trained on.
final class HeldOut {
  private final Job job;
  private final Plan plan;
  private final EvaluationViews views;

  HeldOut(Job job, Plan plan, EvaluationViews views) {
    this.job = job;
    this.plan = plan;
    this.views = views;
  }

  /// Nats a predicted token and their exponential; of a causal model bits per byte as well.
  ///
  /// @param rows of the model's context that are looked at, at most
  Map<String, Double> figures(TrainingSession session, int rows) throws InterruptedException {
    ObjectiveSpec objective = job.run().spec().objective();
    return switch (objective) {
      case ClmSpec clm when test().tokens() > 1 -> causal(clm, session, rows);
      case MlmSpec mlm -> masked(mlm, session, rows);
      default -> Map.of();
    };
  }

  /// The first token is predicted from the one that ends a text, as if a document had ended before
  /// it.
  private Map<String, Double> causal(ClmSpec clm, TrainingSession session, int rows)
      throws InterruptedException {
    int end = Objects.requireNonNull(job.run().dataset().tokenizer(), "tokenizer").endOfText();
    var transformer = (CausalTransformer) session.encoder();
    int stride = Math.max(1, transformer.context() / 2);
    try (var scorer = new TextScorer(transformer, session.weights(), stride, job.guard())) {
      scorer.read(end);
      views.heldOut(
          clm.heldOut(job.run().input().tokens()),
          rows,
          job.run().spec().seed(),
          batch -> read(batch, scorer));
      var held = scorer.finish(bytes(scorer.predicted()));
      return Map.of(
          "heldout.loss",
          held.nats() / held.tokens(),
          "heldout.perplexity",
          held.perplexity(),
          "heldout.bits-per-byte",
          held.bitsPerByte());
    }
  }

  /// Rows overlap by one token: each but the stream's first begins with the last one's last.
  private static void read(TokenBatch batch, TextScorer scorer) {
    for (int row = 0; row < batch.samples(); row++) {
      int from = row * batch.length();
      boolean streamBegins = scorer.predicted() == 0;
      for (int t = streamBegins ? 0 : 1; t < batch.length(); t++) {
        if (batch.ids()[from + t] != TokenBatch.PADDING) {
          scorer.read(batch.ids()[from + t]);
        }
      }
    }
  }

  /// That so many of the split's tokens stand for: where these are not all, as many as they have in
  /// the mean.
  private long bytes(long tokens) {
    return Math.max(1, Math.round((double) test().bytes() * tokens / test().tokens()));
  }

  private TokenCounts.Split test() {
    return Objects.requireNonNull(plan.tokens(), "texts have tokens").test();
  }

  private Map<String, Double> masked(MlmSpec mlm, TrainingSession session, int rows)
      throws InterruptedException {
    var nats = new double[1];
    var hidden = new long[1];
    views.heldOut(
        mlm.heldOut(job.run().input().tokens()),
        rows,
        job.run().spec().seed(),
        batch -> {
          long targets =
              IntStream.of(Objects.requireNonNull(batch.targets(), "targets"))
                  .filter(target -> target >= 0)
                  .count();
          if (targets > 0) {
            nats[0] += targets * session.loss(batch);
            hidden[0] += targets;
          }
        });
    if (hidden[0] == 0) {
      return Map.of();
    }
    double loss = nats[0] / hidden[0];
    return Map.of("heldout.loss", loss, "heldout.perplexity", Math.exp(loss));
  }
}
