package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ImageEncoder;

/// An encoder of images.
public sealed interface ImageEncoderSpec extends EncoderSpec
    permits ResNetSpec, ConvNetSpec, LatentMeanSpec {

  /// @param channels of the images: 1 or 3
  /// @param size height and width of a view
  /// @throws IllegalArgumentException naming `size`, where the network cannot take it
  ImageEncoder network(int channels, int size);

  @Override
  default Medium medium() {
    return Medium.IMAGES;
  }

  @Override
  default ImageEncoder network(RunInput input) {
    return network(input.pixels().channels(), input.pixels().size());
  }
}
