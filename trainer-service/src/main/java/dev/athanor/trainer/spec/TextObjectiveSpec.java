package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;

/// An objective on tokens.
public sealed interface TextObjectiveSpec extends ObjectiveSpec permits MlmSpec, ClmSpec {

  /// Whether rows are blocks of the split's tokens in place of documents.
  boolean packed();

  Objective objective();

  @Override
  default Objective objective(RunInput input, int classes) {
    return objective();
  }

  /// The rows that it is measured on, in their order, the last ones kept.
  AugmentationSpec heldOut(RunInput.Tokens input);
}
