package dev.athanor.trainer.evaluation;

import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.optimiser.Sgd;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.trainer.appraisal.Appraisal;
import dev.athanor.trainer.job.Feed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The frozen embeddings that the cells of an evaluation look at, each computed once. Cells of one
/// seed come side by side, so what belongs to a seed is kept until another seed is asked for.
///
/// Of a seed the largest share of labels is embedded that is not the whole split: all smaller ones
/// are its beginning.
final class Features implements AutoCloseable {
  private final Appraisal appraisal;
  private final Views views;
  private final EvaluationViews stream;
  private final Map<String, Tensor> weights;
  private @Nullable Encoded encoded;
  private @Nullable Drawn drawn;

  Features(Appraisal appraisal, Feed feed, Views views, Map<String, Tensor> weights) {
    this.appraisal = appraisal;
    this.views = views;
    this.stream = new EvaluationViews(feed, views);
    this.weights = weights;
  }

  /// An encoder and what it makes of whole splits.
  private static final class Encoded {
    private final long seed;
    private final TrainingSession session;
    private @Nullable Embeddings test;
    private @Nullable Embeddings train;

    Encoded(long seed, TrainingSession session) {
      this.seed = seed;
      this.session = session;
    }
  }

  /// The largest share of a seed.
  private record Drawn(long seed, Embeddings embeddings) {}

  /// Of the whole test split.
  Embeddings test(long seed) throws InterruptedException {
    var own = encoded(seed);
    if (own.test == null) {
      own.test = stream.all("test", own.session::encode);
    }
    return own.test;
  }

  /// Of the training samples whose labels the seed draws.
  Embeddings train(long seed, int labels) throws InterruptedException {
    var own = encoded(seed);
    if (labels == views.samples("train")) {
      if (own.train == null) {
        own.train = stream.all("train", own.session::encode);
      }
      return own.train;
    }
    if (drawn == null || drawn.seed() != seed) {
      var selection = Appraiser.selection(views, seed, largestShare());
      if (selection == null) {
        throw new IllegalStateException("labels: %d (expected: a part)".formatted(labels));
      }
      drawn = new Drawn(seed, stream.selected("train", selection, own.session::encode));
    }
    return drawn.embeddings().first(labels);
  }

  private int largestShare() {
    var split = appraisal.dataset().split("train");
    int classes = appraisal.dataset().classes().size();
    return appraisal.spec().shares().stream()
        .mapToInt(share -> share.count(split.labelled(), classes))
        .filter(count -> count < split.samples())
        .max()
        .orElseThrow();
  }

  /// The published encoder, or for each seed another one before its first step.
  private Encoded encoded(long seed) {
    if (encoded == null || (appraisal.spec().random() && encoded.seed != seed)) {
      close();
      encoded = new Encoded(seed, session(seed));
    }
    return encoded;
  }

  private TrainingSession session(long seed) {
    var encoder = appraisal.encoder();
    var spec =
        new TrainingSpec(
            encoder.network(),
            new Supervised(appraisal.dataset().classes().size()),
            new Sgd(1, 0, 0),
            new CosineSchedule(0, 1),
            null,
            seed,
            encoder.normalisation());
    return appraisal.spec().random()
        ? TrainingSession.create(spec)
        : TrainingSession.create(spec, weights);
  }

  @Override
  public void close() {
    drawn = null;
    if (encoded != null) {
      encoded.session.close();
      encoded = null;
    }
  }
}
