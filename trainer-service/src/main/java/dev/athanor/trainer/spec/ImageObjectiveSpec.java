package dev.athanor.trainer.spec;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.learning.objective.Objective;
import java.util.List;

/// An objective on random views of images.
public sealed interface ImageObjectiveSpec extends ObjectiveSpec
    permits SimClrSpec, ByolSpec, VaeSpec {

  /// @param channels of the images: 1 or 3
  /// @param size height and width of a view
  /// @throws IllegalArgumentException naming `size`, where the objective cannot take it
  Objective objective(int channels, int size);

  @Override
  default List<String> encoders() {
    return List.of("resnet", "convnet");
  }

  @Override
  default Objective objective(RunInput input) {
    return objective(input.pixels().channels(), input.pixels().size());
  }

  @Override
  default AugmentationSpec views(RunInput input) {
    return input.pixels().views(objective(input).views(), false);
  }
}
