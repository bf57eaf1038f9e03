package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Supervised;
import org.jspecify.annotations.Nullable;

/// `supervised`.
///
/// @param labels the fraction of the training labels that it learns from; all where neither is
///   given
/// @param perClass or so many of each class
public record SupervisedSpec(@Nullable Double labels, @Nullable Integer perClass)
    implements ImageObjectiveSpec {
  public SupervisedSpec {
    if (labels == null && perClass == null) {
      labels = 1.0;
    }
    new LabelShare(labels, perClass);
  }

  public LabelShare share() {
    return new LabelShare(labels, perClass);
  }

  @Override
  public String kind() {
    return "supervised";
  }

  @Override
  public Objective objective(int channels, int size, int classes) {
    return new Supervised(classes);
  }

  /// One a sample, and its label.
  @Override
  public AugmentationSpec views(RunInput input) {
    return input.pixels().views(1, true);
  }
}
