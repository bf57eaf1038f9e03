package dev.athanor.trainer.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.athanor.learning.objective.Objective;

/// What to minimise: `kind` says which of these records the other fields are. Their defaults stand
/// under the kind's name in `defaults.yml`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SimClrSpec.class, name = "simclr"),
  @JsonSubTypes.Type(value = ByolSpec.class, name = "byol"),
  @JsonSubTypes.Type(value = VaeSpec.class, name = "vae"),
  @JsonSubTypes.Type(value = SupervisedSpec.class, name = "supervised")
})
public sealed interface ObjectiveSpec permits SimClrSpec, ByolSpec, VaeSpec, SupervisedSpec {

  String kind();

  /// The objective on images; the objects of `learning` check their own numbers.
  ///
  /// @param channels of the images: 1 or 3
  /// @param size height and width of a view
  /// @param classes of the data set; 0 where it has no labels
  /// @throws IllegalArgumentException naming `size` or `classes`, where the objective cannot take
  ///   it
  Objective objective(int channels, int size, int classes);
}
