package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.encoder.ImageEncoder;

/// `convnet`.
///
/// @param width channels of the first convolution
public record ConvNetSpec(int width) implements ImageEncoderSpec {
  private static final int ANY_SIZE = 32;

  public ConvNetSpec {
    new ConvNet(width, 1, ANY_SIZE);
  }

  @Override
  public String kind() {
    return "convnet";
  }

  @Override
  public ImageEncoder network(int channels, int size) {
    return new ConvNet(width, channels, size);
  }
}
