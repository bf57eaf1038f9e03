package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.trainer.appraisal.Appraisal;
import org.jspecify.annotations.Nullable;

/// What the cells of an evaluation look at, each read once: whole splits, and of a seed the largest
/// share of labels that is not the whole split, for all smaller ones are its beginning. Cells of
/// one seed come side by side, so what belongs to a seed is kept until another is asked for.
///
/// @param <T> what is made of samples, in their order
final class Shares<T> {
  private final Appraisal appraisal;
  private final Views views;
  private final Reader<T> reader;
  private @Nullable T test;
  private @Nullable T train;
  private @Nullable Drawn<T> drawn;

  Shares(Appraisal appraisal, Views views, Reader<T> reader) {
    this.appraisal = appraisal;
    this.views = views;
    this.reader = reader;
  }

  /// How samples are read.
  interface Reader<T> {
    /// @param selection null for the whole split
    T read(String split, @Nullable Selection selection) throws InterruptedException;

    /// What was read of the first `count` samples of `all`.
    T first(T all, int count);
  }

  /// The largest share of a seed.
  private record Drawn<T>(long seed, T largest) {}

  /// Of the whole test split.
  T test() throws InterruptedException {
    if (test == null) {
      test = reader.read("test", null);
    }
    return test;
  }

  /// Of the training samples whose labels the seed draws.
  T train(long seed, int labels) throws InterruptedException {
    if (labels == views.samples("train")) {
      if (train == null) {
        train = reader.read("train", null);
      }
      return train;
    }
    if (drawn == null || drawn.seed() != seed) {
      var selection = Appraiser.selection(views, seed, largestShare());
      if (selection == null) {
        throw new IllegalStateException("labels: %d (expected: a part)".formatted(labels));
      }
      drawn = new Drawn<>(seed, reader.read("train", selection));
    }
    return reader.first(drawn.largest(), labels);
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
}
