package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.ResNet;
import java.util.Locale;

/// `resnet`.
///
/// @param depth 10, 18, 34 or 50
/// @param width channels of the first stage
/// @param stem `cifar` for small images, `imagenet` for large ones
public record ResNetSpec(int depth, int width, String stem) implements ImageEncoderSpec {
  public ResNetSpec {
    Checks.that("cifar".equals(stem) || "imagenet".equals(stem), "stem", stem, "cifar or imagenet");
    new ResNet(depth, width, ResNet.Stem.CIFAR, 1);
  }

  @Override
  public String kind() {
    return "resnet";
  }

  @Override
  public ImageEncoder network(int channels, int size) {
    return new ResNet(depth, width, ResNet.Stem.valueOf(stem.toUpperCase(Locale.ROOT)), channels);
  }
}
