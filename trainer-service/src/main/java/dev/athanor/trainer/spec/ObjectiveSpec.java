package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.objective.Objective;

/// What to minimise: `kind` says which of these records the other fields are. Their defaults stand
/// under the kind's name in `defaults.yml`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SimClrSpec.class, name = "simclr"),
  @JsonSubTypes.Type(value = ByolSpec.class, name = "byol")
})
public sealed interface ObjectiveSpec permits SimClrSpec, ByolSpec {

  String kind();

  /// The objective on images; the objects of `learning` check their own numbers.
  Objective objective();
}
