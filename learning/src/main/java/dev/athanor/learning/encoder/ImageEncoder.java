package dev.athanor.learning.encoder;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Images;
import dev.athanor.learning.batch.Input;
import dev.athanor.learning.batch.Tokens;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import java.util.List;

/// An encoder of images (N, channels, H, W).
public sealed interface ImageEncoder extends Encoder permits ConvNet, LatentMean, ResNet {

  /// Of the input: 1 (grey) or 3 (RGB).
  int channels();

  Network network();

  @Override
  default int dimensions() {
    return network().dimensions();
  }

  @Override
  default List<Parameter> parameters() {
    return network().parameters();
  }

  @Override
  default void check(Batch batch) {
    if (!(batch instanceof ImageBatch)) {
      throw new IllegalArgumentException("batch: %s (expected: images)".formatted(batch));
    }
  }

  @Override
  default NDArray represent(Input input, Weights weights, boolean training) {
    return switch (input) {
      case Images images -> new Forward(network(), weights).run(images.normalised(), training);
      case Tokens _ -> throw new IllegalArgumentException("input: tokens (expected: images)");
    };
  }
}
