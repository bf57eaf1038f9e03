package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
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

/// The frozen embeddings that the cells of an evaluation look at, each computed once: of the
/// published encoder, or for each seed of another one before its first step.
final class Features implements AutoCloseable {
  private final Appraisal appraisal;
  private final Views views;
  private final EvaluationViews stream;
  private final Map<String, Tensor> weights;
  private @Nullable Encoded encoded;

  Features(Appraisal appraisal, Feed feed, Views views, Map<String, Tensor> weights) {
    this.appraisal = appraisal;
    this.views = views;
    this.stream = new EvaluationViews(feed, views);
    this.weights = weights;
  }

  /// An encoder and what it makes of samples.
  private record Encoded(long seed, TrainingSession session, Shares<Embeddings> shares) {}

  /// Of the whole test split.
  Embeddings test(long seed) throws InterruptedException {
    return encoded(seed).shares().test();
  }

  /// Of the training samples whose labels the seed draws.
  Embeddings train(long seed, int labels) throws InterruptedException {
    return encoded(seed).shares().train(seed, labels);
  }

  private Encoded encoded(long seed) {
    if (encoded == null || (appraisal.spec().random() && encoded.seed() != seed)) {
      close();
      var session = session(seed);
      encoded = new Encoded(seed, session, new Shares<>(appraisal, views, reader(session)));
    }
    return encoded;
  }

  private Shares.Reader<Embeddings> reader(TrainingSession session) {
    return new Shares.Reader<>() {
      @Override
      public Embeddings read(String split, @Nullable Selection selection)
          throws InterruptedException {
        return selection == null
            ? stream.all(split, session::encode)
            : stream.selected(split, selection, session::encode);
      }

      @Override
      public Embeddings first(Embeddings all, int count) {
        return all.first(count);
      }
    };
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
    if (encoded != null) {
      encoded.session().close();
      encoded = null;
    }
  }
}
