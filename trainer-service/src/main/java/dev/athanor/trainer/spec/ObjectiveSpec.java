package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;
import java.util.List;

/// What to minimise: `kind` says which of these records the other fields are. Their defaults stand
/// under the kind's name in `defaults.yml`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SimClrSpec.class, name = "simclr"),
  @JsonSubTypes.Type(value = ByolSpec.class, name = "byol"),
  @JsonSubTypes.Type(value = VaeSpec.class, name = "vae"),
  @JsonSubTypes.Type(value = SupervisedSpec.class, name = "supervised"),
  @JsonSubTypes.Type(value = MlmSpec.class, name = "mlm"),
  @JsonSubTypes.Type(value = ClmSpec.class, name = "clm")
})
public sealed interface ObjectiveSpec
    permits ImageObjectiveSpec, TextObjectiveSpec, SupervisedSpec {

  String kind();

  /// The kinds of encoders that it trains.
  List<String> encoders();

  /// The objective itself; the objects of `learning` check their own numbers.
  ///
  /// @param classes of the data set; 0 where it has no labels
  /// @throws IllegalArgumentException naming what of the input, or `classes`, it cannot take
  Objective objective(RunInput input, int classes);

  /// What training batches are made of.
  AugmentationSpec views(RunInput input);
}
