package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.job.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Streams views through a network that is only looked at. Beside the training stream it takes a
/// quarter of the window.
final class EvaluationViews {
  private static final int LARGEST_BATCH = 500;
  private static final int WINDOW_BATCHES = 8;
  private static final int ALIGNED_SAMPLES = 512;
  private static final int MOST_TOKENS = 1 << 14;

  private final Feed feed;
  private final Views views;
  private final Limits limits;

  EvaluationViews(Feed feed, Views views) {
    this.feed = feed;
    this.views = views;
    this.limits = feed.limits().quarters(1).atMost(WINDOW_BATCHES);
  }

  /// What `network` makes of all samples of the split.
  Embeddings all(String split, Function<Batch, float[][]> network) throws InterruptedException {
    return collect(split, null, views.evaluation(), views.samples(split), network);
  }

  /// What it makes of `count` samples of the split, drawn by the seed; of all, where there are no
  /// more.
  Embeddings some(String split, int count, long seed, Function<Batch, float[][]> network)
      throws InterruptedException {
    return drawn(split, views.evaluation(), count, seed, network);
  }

  /// What it makes of the selected samples, in the order of the selection.
  Embeddings selected(String split, Selection selection, Function<Batch, float[][]> network)
      throws InterruptedException {
    return collect(split, selection, views.evaluation(), selection.getCount(), network);
  }

  /// As [#some] of the training split, for what needs no labels.
  Embeddings look(int count, long seed, Function<Batch, float[][]> network)
      throws InterruptedException {
    return drawn("train", views.unlabelled(), count, seed, network);
  }

  /// Documents and their labels, for what reads more of them than an encoder can.
  ///
  /// @param selection null for the whole split
  /// @param length in tokens, that documents are cut to
  /// @param read gets each batch
  void documents(String split, @Nullable Selection selection, int length, Consumer<TokenBatch> read)
      throws InterruptedException {
    var view = views.input().tokens().sequences(length, false);
    int rows = selection == null ? views.samples(split) : selection.getCount();
    each(
        stream("documents", split, selection, view, 0, rows),
        batch -> read.accept((TokenBatch) batch));
  }

  /// The first `rows` rows of an ordered view of the test split, or all.
  ///
  /// @param seed of what the view draws
  void heldOut(AugmentationSpec view, int rows, long seed, Consumer<TokenBatch> read)
      throws InterruptedException {
    int all = views.rows(view, "test");
    if (all == 0) {
      return;
    }
    var whole = stream("held-out", "test", null, view, seed, all);
    long batches = Math.min(whole.endIndex(), Math.ceilDiv(rows, whole.batchSize()));
    each(whole.until(batches), batch -> read.accept((TokenBatch) batch));
  }

  /// The two training views of some images, as the seed draws them.
  ImageBatch twoViews(long seed) throws InterruptedException {
    var view = views.input().pixels().views(2, false);
    int all = views.samples("train");
    int samples = Math.min(ALIGNED_SAMPLES, Math.min(all, 2 * batchSize(view, all)));
    var stream = views.stream("align", "train", null, view, seed, samples, all, 1);
    try (var batches = feed.open(stream, views.build(), limits)) {
      return (ImageBatch) batches.batch(0);
    }
  }

  /// The build of the augmenter that answers now.
  String build() throws InterruptedException {
    var stream = views.stream("build", "test", null, views.evaluation(), 0, 1, 1, 1);
    try (var batches = feed.open(stream, null, limits)) {
      return batches.build();
    }
  }

  private Embeddings drawn(
      String split, AugmentationSpec view, int count, long seed, Function<Batch, float[][]> network)
      throws InterruptedException {
    int all = views.rows(view, split);
    int rows = Math.min(count, all);
    var selection =
        rows == all ? null : Selection.newBuilder().setCount(rows).setSeed(seed).build();
    return collect(split, selection, view, rows, network);
  }

  /// The view is deterministic and in order, so its stream's seed draws nothing.
  private Embeddings collect(
      String split,
      @Nullable Selection selection,
      AugmentationSpec view,
      int count,
      Function<Batch, float[][]> network)
      throws InterruptedException {
    var rows = new ArrayList<float[]>(count);
    var labels = IntStream.builder();
    each(
        stream("evaluate", split, selection, view, 0, count),
        batch -> {
          rows.addAll(List.of(network.apply(batch)));
          if (batch.labels() != null) {
            IntStream.of(batch.labels()).forEach(labels);
          }
        });
    return new Embeddings(rows.toArray(float[][]::new), labels.build().toArray());
  }

  private void each(StreamSpec stream, Consumer<Batch> read) throws InterruptedException {
    try (var batches = feed.open(stream, views.build(), limits)) {
      for (long index = 0; index < stream.endIndex(); index++) {
        read.accept(batches.batch(index));
      }
    }
  }

  /// All batches of an ordered view.
  private StreamSpec stream(
      String purpose,
      String split,
      @Nullable Selection selection,
      AugmentationSpec view,
      long seed,
      int rows) {
    int batch = batchSize(view, rows);
    return views.stream(
        "%s-%s-%d%s".formatted(purpose, split, rows, suffix(selection)),
        split,
        selection,
        view,
        seed,
        batch,
        rows,
        Math.ceilDiv(rows, batch));
  }

  private static String suffix(@Nullable Selection selection) {
    return selection == null
        ? ""
        : "-%d%s".formatted(selection.getSeed(), selection.getBalanced() ? "-balanced" : "");
  }

  /// Two batches at least fit this stream's part of the window; and of tokens not more than a
  /// network can look at together, whose attention takes their square.
  private int batchSize(AugmentationSpec view, int count) {
    long bytes = (long) view.getHeight() * view.getWidth() * view.getChannels();
    int length = tokens(view);
    int most = length == 0 ? LARGEST_BATCH : Math.min(LARGEST_BATCH, MOST_TOKENS / length);
    long fit = limits.windowBytes() / 2 / (length == 0 ? bytes : 2L * Integer.BYTES * length);
    return (int) Math.clamp(fit, 1, Math.max(1, Math.min(most, count)));
  }

  private static int tokens(AugmentationSpec view) {
    return switch (view.getKindCase()) {
      case MASKED_TOKENS -> view.getMaskedTokens().getLength();
      case TOKEN_BLOCKS -> view.getTokenBlocks().getLength();
      case TOKEN_SEQUENCES -> view.getTokenSequences().getLength();
      case RANDOM, EVALUATION, KIND_NOT_SET -> 0;
    };
  }
}
