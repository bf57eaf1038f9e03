package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.job.Feed;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Streams views through a network that is only looked at. Beside the training stream it takes a
/// quarter of the window.
final class EvaluationViews {
  private static final int LARGEST_BATCH = 500;
  private static final int WINDOW_BATCHES = 8;
  private static final int ALIGNED_SAMPLES = 512;

  private final Feed feed;
  private final Views views;
  private final Limits limits;

  EvaluationViews(Feed feed, Views views) {
    this.feed = feed;
    this.views = views;
    this.limits = feed.limits().quarters(1).atMost(WINDOW_BATCHES);
  }

  /// What `network` makes of all samples of the split.
  Embeddings all(String split, Function<ImageBatch, float[][]> network)
      throws InterruptedException {
    return stream(split, null, views.samples(split), network);
  }

  /// What it makes of `count` samples of the split, drawn by the seed; of all, where there are no
  /// more.
  Embeddings some(String split, int count, long seed, Function<ImageBatch, float[][]> network)
      throws InterruptedException {
    return count >= views.samples(split)
        ? all(split, network)
        : selected(split, Selection.newBuilder().setCount(count).setSeed(seed).build(), network);
  }

  /// What it makes of the selected samples, in the order of the selection.
  Embeddings selected(String split, Selection selection, Function<ImageBatch, float[][]> network)
      throws InterruptedException {
    return stream(split, selection, selection.getCount(), network);
  }

  private Embeddings stream(
      String split,
      @Nullable Selection selection,
      int count,
      Function<ImageBatch, float[][]> network)
      throws InterruptedException {
    var view = views.evaluation();
    int batch = batchSize(view, count);
    var stream =
        views.stream(
            "evaluate-%s-%d%s".formatted(split, count, suffix(selection)),
            split,
            selection,
            view,
            0,
            batch,
            count,
            Math.ceilDiv(count, batch));
    var rows = new float[count][];
    var labels = new int[count];
    int at = 0;
    try (var batches = feed.open(stream, views.build(), limits)) {
      for (long index = 0; index < stream.endIndex(); index++) {
        var loaded = batches.batch(index);
        System.arraycopy(network.apply(loaded), 0, rows, at, loaded.samples());
        System.arraycopy(Objects.requireNonNull(loaded.labels()), 0, labels, at, loaded.samples());
        at += loaded.samples();
      }
    }
    return new Embeddings(rows, labels);
  }

  private static String suffix(@Nullable Selection selection) {
    return selection == null
        ? ""
        : "-%d%s".formatted(selection.getSeed(), selection.getBalanced() ? "-balanced" : "");
  }

  /// Two batches at least fit this stream's part of the window.
  private int batchSize(AugmentationSpec view, int count) {
    long bytes = (long) view.getHeight() * view.getWidth() * view.getChannels();
    return (int) Math.clamp(limits.windowBytes() / 2 / bytes, 1, Math.min(LARGEST_BATCH, count));
  }

  /// The two training views of some samples.
  ///
  /// @param augmentation of two random views
  ImageBatch twoViews(AugmentationSpec augmentation, long seed) throws InterruptedException {
    int all = views.samples("train");
    int samples = Math.min(ALIGNED_SAMPLES, Math.min(all, 2 * batchSize(augmentation, all)));
    var stream = views.stream("align", "train", null, augmentation, seed, samples, all, 1);
    try (var batches = feed.open(stream, views.build(), limits)) {
      return batches.batch(0);
    }
  }

  /// The build of the augmenter that answers now.
  String build() throws InterruptedException {
    var stream = views.stream("build", "test", null, views.evaluation(), 0, 1, 1, 1);
    try (var batches = feed.open(stream, null, limits)) {
      return batches.build();
    }
  }
}
