package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Streams views through a network that is only looked at. Beside the training stream it takes a
/// quarter of the window.
final class EvaluationViews {
  private static final int LARGEST_BATCH = 500;
  private static final int WINDOW_BATCHES = 8;
  private static final int ALIGNED_SAMPLES = 512;

  private final Job job;
  private final Plan plan;
  private final Limits limits;

  EvaluationViews(Job job, Plan plan) {
    this.job = job;
    this.plan = plan;
    this.limits = job.limits().quarters(1).atMost(WINDOW_BATCHES);
  }

  int samples(String split) {
    return job.run().dataset().split(split).samples();
  }

  /// The representations of `count` samples of the split, drawn by the run's seed; of all, where
  /// there are no more.
  Embeddings encode(TrainingSession session, String split, int count) throws InterruptedException {
    return stream(split, count, session::encode);
  }

  /// What the head makes of all samples of the split: logits, for a classifier.
  Embeddings classify(TrainingSession session, String split) throws InterruptedException {
    return stream(split, samples(split), session::project);
  }

  private Embeddings stream(String split, int count, Function<ImageBatch, float[][]> network)
      throws InterruptedException {
    var stream = views(split, Math.min(count, samples(split)));
    var rows = new float[stream.samples()][];
    var labels = new int[stream.samples()];
    int at = 0;
    try (var batches = job.open(stream, plan.augmenterBuild(), limits)) {
      for (long index = 0; index < stream.endIndex(); index++) {
        var batch = batches.batch(index);
        System.arraycopy(network.apply(batch), 0, rows, at, batch.samples());
        System.arraycopy(Objects.requireNonNull(batch.labels()), 0, labels, at, batch.samples());
        at += batch.samples();
      }
    }
    return new Embeddings(rows, labels);
  }

  private StreamSpec views(String split, int count) {
    int size = viewSize();
    var view = AugmentationSettings.evaluation(size, channels());
    int batch = batchSize(view, count);
    return stream(
        "evaluate-%s-%d".formatted(split, count),
        split,
        selection(split, count),
        view,
        batch,
        count,
        Math.ceilDiv(count, batch));
  }

  /// Two batches at least fit this stream's part of the window.
  private int batchSize(AugmentationSpec view, int count) {
    long bytes = (long) view.getHeight() * view.getWidth() * view.getChannels();
    return (int) Math.clamp(limits.windowBytes() / 2 / bytes, 1, Math.min(LARGEST_BATCH, count));
  }

  private @Nullable Selection selection(String split, int count) {
    return count == samples(split)
        ? null
        : Selection.newBuilder().setCount(count).setSeed(job.run().spec().seed()).build();
  }

  /// The two training views of some samples, each encoded.
  float[][][] encodeTwice(TrainingSession session) throws InterruptedException {
    var augmentation = job.run().spec().augmentation().toProto(channels(), 2, false);
    int samples =
        Math.min(
            ALIGNED_SAMPLES,
            Math.min(samples("train"), 2 * batchSize(augmentation, samples("train"))));
    var stream = stream("align", "train", null, augmentation, samples, samples("train"), 1);
    try (var batches = job.open(stream, plan.augmenterBuild(), limits)) {
      var both = session.encode(batches.batch(0)); // (2N, D): all first views, then all second ones
      return new float[][][] {
        Arrays.copyOf(both, samples), Arrays.copyOfRange(both, samples, 2 * samples)
      };
    }
  }

  private StreamSpec stream(
      String name,
      String split,
      @Nullable Selection selection,
      AugmentationSpec view,
      int batch,
      int samples,
      long batches) {
    var dataset = job.run().dataset();
    return new StreamSpec(
        name,
        dataset.dataset(),
        dataset.version(),
        split,
        selection,
        view,
        job.run().spec().seed(),
        batch,
        samples,
        0,
        batches);
  }

  private int viewSize() {
    return Objects.requireNonNull(
        job.run().spec().augmentation().size(), "a stored spec has a size");
  }

  private int channels() {
    return job.run().dataset().image().channels();
  }
}
