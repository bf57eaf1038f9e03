package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.job.ViewRows;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.spec.RunInput;
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
    return collect(split, oneView(), count, session::encode);
  }

  /// What the head makes of all samples of the split: logits, for a classifier.
  Embeddings classify(TrainingSession session, String split) throws InterruptedException {
    return collect(split, oneView(), samples(split), session::project);
  }

  /// Representations that need no labels: as [#encode], but where a data set of texts has none, of
  /// blocks of its tokens, for it may have one document only.
  Embeddings look(TrainingSession session, int count) throws InterruptedException {
    var view =
        switch (job.run().input()) {
          case RunInput.Tokens tokens when !job.run().dataset().judgeable() ->
              tokens.blocks(tokens.context(), true);
          case RunInput.Tokens _, RunInput.Pixels _ -> oneView();
        };
    return collect("train", view, count, session::encode);
  }

  /// Documents and their labels, for what reads more of them than an encoder can.
  ///
  /// @param read gets each batch
  /// @param length in tokens, that documents are cut to
  void documents(String split, int count, int length, Consumer<TokenBatch> read)
      throws InterruptedException {
    var view = job.run().input().tokens().sequences(length, false);
    each(stream("documents", split, view, count), batch -> read.accept((TokenBatch) batch));
  }

  /// The first `rows` rows of an ordered view of the test split, or all.
  void heldOut(AugmentationSpec view, int rows, Consumer<TokenBatch> read)
      throws InterruptedException {
    if (ViewRows.of(view, job.run().dataset(), "test", plan.tokens()) == 0) {
      return;
    }
    var whole = stream("held-out", "test", view, Integer.MAX_VALUE);
    long batches = Math.min(whole.endIndex(), Math.ceilDiv(rows, whole.batchSize()));
    each(whole.until(batches), batch -> read.accept((TokenBatch) batch));
  }

  /// The one deterministic view of each sample, with its label.
  private AugmentationSpec oneView() {
    return switch (job.run().input()) {
      case RunInput.Pixels pixels -> pixels.evaluation();
      case RunInput.Tokens tokens -> tokens.sequences(tokens.context(), false);
    };
  }

  private Embeddings collect(
      String split, AugmentationSpec view, int count, Function<Batch, float[][]> network)
      throws InterruptedException {
    var stream = stream("evaluate", split, view, count);
    var rows = new ArrayList<float[]>(stream.samples());
    var labels = IntStream.builder();
    each(
        stream,
        batch -> {
          rows.addAll(List.of(network.apply(batch)));
          if (batch.labels() != null) {
            IntStream.of(batch.labels()).forEach(labels);
          }
        });
    return new Embeddings(rows.toArray(float[][]::new), labels.build().toArray());
  }

  private void each(StreamSpec stream, Consumer<Batch> read) throws InterruptedException {
    try (var batches = job.open(stream, plan.augmenterBuild(), limits)) {
      for (long index = 0; index < stream.endIndex(); index++) {
        read.accept(batches.batch(index));
      }
    }
  }

  /// All batches of an ordered view of `count` rows of the split, drawn by the run's seed; of all
  /// rows, where there are no more.
  private StreamSpec stream(String purpose, String split, AugmentationSpec view, int count) {
    int all = ViewRows.of(view, job.run().dataset(), split, plan.tokens());
    int rows = Math.min(count, all);
    var selection =
        rows == all
            ? null
            : Selection.newBuilder().setCount(rows).setSeed(job.run().spec().seed()).build();
    int batch = batchSize(view, rows);
    return stream(
        "%s-%s-%d".formatted(purpose, split, rows),
        split,
        selection,
        view,
        batch,
        rows,
        Math.ceilDiv(rows, batch));
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

  /// The two training views of some images.
  ImageBatch twoViews() throws InterruptedException {
    var augmentation = job.run().input().pixels().views(2, false);
    int samples =
        Math.min(
            ALIGNED_SAMPLES,
            Math.min(samples("train"), 2 * batchSize(augmentation, samples("train"))));
    var stream = stream("align", "train", null, augmentation, samples, samples("train"), 1);
    try (var batches = job.open(stream, plan.augmenterBuild(), limits)) {
      return (ImageBatch) batches.batch(0);
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
}
