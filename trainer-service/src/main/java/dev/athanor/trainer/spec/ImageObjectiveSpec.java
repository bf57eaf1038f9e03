package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;
import java.util.List;

/// An objective on random views of images.
public sealed interface ImageObjectiveSpec extends ObjectiveSpec
    permits SimClrSpec, ByolSpec, VaeSpec {

  /// @param channels of the images: 1 or 3
  /// @param size height and width of a view
  /// @param classes of the data set; 0 where it has no labels
  /// @throws IllegalArgumentException naming `size` or `classes`, where the objective cannot take
  ///   it
  Objective objective(int channels, int size, int classes);

  @Override
  default List<String> encoders() {
    return Medium.IMAGES.encoders();
  }

  @Override
  default Objective objective(RunInput input, int classes) {
    return objective(input.pixels().channels(), input.pixels().size(), classes);
  }

  /// Without labels.
  @Override
  default AugmentationSpec views(RunInput input) {
    return input.pixels().views(objective(input, 0).views(), false);
  }
}
