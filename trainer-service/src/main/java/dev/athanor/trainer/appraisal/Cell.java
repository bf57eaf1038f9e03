package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import org.jspecify.annotations.Nullable;

/// One figure that was found.
///
/// @param fraction of the training labels; null where `perClass` says how many
/// @param labels how many these were
/// @param accuracy on the whole test split, 0..1
/// @param seconds that it took, without embeddings that were there already
/// @param penalty that held-out training labels chose for the linear probe; null for other methods
/// @param training how long the network was trained; null for frozen features
public record Cell(
    EvaluationMethod method,
    @Nullable Double fraction,
    @Nullable Integer perClass,
    long seed,
    int labels,
    double accuracy,
    double seconds,
    @Nullable Double penalty,
    @Nullable Training training) {

  /// @param batch samples a step
  public record Training(int epochs, long steps, int batch) {}

  public static Cell of(
      AppraisalSpec.Cell asked,
      int labels,
      double accuracy,
      double seconds,
      @Nullable Double penalty,
      @Nullable Training training) {
    return new Cell(
        asked.method(),
        asked.share().fraction(),
        asked.share().perClass(),
        asked.seed(),
        labels,
        accuracy,
        seconds,
        penalty,
        training);
  }

  LabelShare share() {
    return new LabelShare(fraction, perClass);
  }

  public AppraisalSpec.Cell asked() {
    return new AppraisalSpec.Cell(method, share(), seed);
  }
}
