package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.MaskedLanguageModel;
import dev.athanor.learning.objective.Objective;
import java.util.List;

/// `mlm`.
///
/// @param select the probability that a token is to be guessed
/// @param mask of those, the part that the mask token stands for
/// @param replace of those, the part that another token stands for; the rest stays as it is
/// @param packed whether rows are blocks of all documents' tokens in place of documents
public record MlmSpec(double select, double mask, double replace, boolean packed)
    implements TextObjectiveSpec {

  public MlmSpec {
    Checks.that(select > 0 && select <= 1, "select", select, "> 0 and <= 1");
    Checks.that(mask >= 0 && mask <= 1, "mask", mask, ">= 0 and <= 1");
    Checks.that(replace >= 0 && mask + replace <= 1, "replace", replace, ">= 0 and <= 1 - mask");
  }

  @Override
  public String kind() {
    return "mlm";
  }

  @Override
  public List<String> encoders() {
    return List.of("masked-transformer");
  }

  @Override
  public Objective objective() {
    return new MaskedLanguageModel();
  }

  @Override
  public AugmentationSpec views(RunInput input) {
    return input.tokens().masked(this, false);
  }

  @Override
  public AugmentationSpec heldOut(RunInput.Tokens input) {
    return input.masked(this, true);
  }
}
