package dev.athanor.augmentation.stream;

import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.error.Problem;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Which samples, or blocks of tokens, make a batch: a pure function of the request and the split.
///
/// Training batches follow the epoch order, and the last partial one of an epoch is dropped.
/// Evaluation batches keep the split's order, and the last one may be partial. A selection is the
/// first `count` samples of an order that was drawn from the split.
///
/// @param samples their numbers in the split, in the batch's order
/// @param chunks worth having in memory for this batch and those that follow it
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record BatchPlan(long epoch, long[] samples, long[] chunks) {
  /// Keeps the order within an epoch apart from the others that are drawn from one seed.
  private static final long SELECTED_EPOCH = 4;

  /// What batches are made of: a split's samples, or blocks of its tokens.
  ///
  /// @param samples how many there are
  /// @param chunk neighbours that are read together
  /// @param window the most chunks that the epoch order mixes at a time
  record Rows(long samples, int chunk, int window) {}

  /// @param drawn what the request's selection is the beginning of; null where it has none
  /// @param ordered whether rows keep their order, and the last batch may be partial
  static BatchPlan of(
      BatchRequest request, Rows split, @Nullable DrawnOrder drawn, boolean ordered) {
    if (request.getBatchSize() < 1 || request.getIndex() < 0) {
      throw Problem.unprocessable(
          "batch_size, index: %d, %d (expected: >= 1, >= 0)"
              .formatted(request.getBatchSize(), request.getIndex()));
    }
    if (split.samples() == 0) {
      throw Problem.unprocessable(
          "split: %s has no samples (expected: at least one)".formatted(request.getSplit()));
    }
    return ordered ? evaluation(request, split, drawn) : training(request, split, drawn);
  }

  private static BatchPlan evaluation(
      BatchRequest request, Rows split, @Nullable DrawnOrder drawn) {
    long count = count(request, split, drawn);
    long batches = Math.ceilDiv(count, request.getBatchSize());
    if (request.getIndex() >= batches) {
      throw Problem.unprocessable(
          "index: %d (expected: 0..%d)".formatted(request.getIndex(), batches - 1));
    }
    long first = request.getIndex() * request.getBatchSize();
    long end = Math.min(count, first + request.getBatchSize());
    var samples = LongStream.range(first, end);
    if (drawn != null) {
      samples = samples.map(drawn::at);
    }
    return reading(0, samples.toArray(), split);
  }

  private static BatchPlan training(BatchRequest request, Rows split, @Nullable DrawnOrder drawn) {
    long count = count(request, split, drawn);
    long batches = count / request.getBatchSize();
    if (batches == 0) {
      throw Problem.unprocessable(
          "batch_size: %d (expected: at most %d, the samples there are)"
              .formatted(request.getBatchSize(), count));
    }
    long epoch = request.getIndex() / batches;
    long first = request.getIndex() % batches * request.getBatchSize();
    var positions = LongStream.range(first, first + request.getBatchSize());
    if (drawn != null) {
      var order = new Permutation(count, Mixing.hash(request.getSeed(), epoch, SELECTED_EPOCH));
      return reading(epoch, positions.map(p -> drawn.at(order.at(p))).toArray(), split);
    }
    var order = new EpochOrder(count, split.chunk(), split.window(), request.getSeed());
    var chunks =
        LongStream.rangeClosed(
                order.window(first), order.window(first + request.getBatchSize() - 1))
            .flatMap(number -> LongStream.of(order.chunks(epoch, number)))
            .toArray();
    return new BatchPlan(epoch, positions.map(p -> order.sample(epoch, p)).toArray(), chunks);
  }

  private static BatchPlan reading(long epoch, long[] samples, Rows split) {
    var chunks = LongStream.of(samples).map(sample -> sample / split.chunk()).distinct().toArray();
    return new BatchPlan(epoch, samples, chunks);
  }

  /// How many samples take part.
  private static long count(BatchRequest request, Rows split, @Nullable DrawnOrder drawn) {
    if (drawn == null) {
      return split.samples();
    }
    long count = request.getSelection().getCount();
    if (count < 1 || count > drawn.size()) {
      throw Problem.unprocessable(
          "selection.count: %d (expected: 1..%d)".formatted(count, drawn.size()));
    }
    return count;
  }
}
