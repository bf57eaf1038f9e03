package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Supervised;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `supervised`, on images or on texts.
///
/// @param labels the fraction of the training labels that it learns from; all where neither is
///   given
/// @param perClass or so many of each class
public record SupervisedSpec(@Nullable Double labels, @Nullable Integer perClass)
    implements ObjectiveSpec {
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
  public List<String> encoders() {
    return Arrays.stream(Medium.values()).flatMap(medium -> medium.encoders().stream()).toList();
  }

  @Override
  public Objective objective(RunInput input, int classes) {
    return new Supervised(classes);
  }

  /// One a sample, and its label.
  @Override
  public AugmentationSpec views(RunInput input) {
    return switch (input) {
      case RunInput.Pixels pixels -> pixels.views(1, true);
      case RunInput.Tokens tokens -> tokens.sequences(tokens.context(), true);
    };
  }
}
