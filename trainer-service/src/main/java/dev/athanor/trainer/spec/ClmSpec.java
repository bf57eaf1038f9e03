package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.objective.Objective;
import java.util.List;

/// `clm`. It has no numbers of its own.
public record ClmSpec() implements TextObjectiveSpec {

  /// The model that the run publishes as a language model, beside the encoder `name`.
  public static String languageModel(String name) {
    return name + "-lm";
  }

  @Override
  public String kind() {
    return "clm";
  }

  @Override
  public List<String> encoders() {
    return List.of("causal-transformer");
  }

  @Override
  public boolean packed() {
    return true;
  }

  @Override
  public Objective objective() {
    return new CausalLanguageModel();
  }

  /// Rows of context + 1 tokens: all but the last are read, all but the first predicted.
  @Override
  public AugmentationSpec views(RunInput input) {
    return input.tokens().blocks(input.tokens().context() + 1, false);
  }

  @Override
  public AugmentationSpec heldOut(RunInput.Tokens input) {
    return input.blocks(input.context() + 1, true);
  }
}
