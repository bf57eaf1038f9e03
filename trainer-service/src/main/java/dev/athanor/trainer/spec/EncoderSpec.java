package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ResNet;
import java.util.Locale;

/// @param depth 10, 18, 34 or 50
/// @param width channels of the first stage
/// @param stem `cifar` for small images, `imagenet` for large ones
public record EncoderSpec(String kind, int depth, int width, String stem) {
  public EncoderSpec {
    Checks.that("resnet".equals(kind), "kind", kind, "resnet");
    Checks.that("cifar".equals(stem) || "imagenet".equals(stem), "stem", stem, "cifar or imagenet");
    new ResNet(depth, width, ResNet.Stem.CIFAR, 1);
  }

  public ResNet network(int channels) {
    return new ResNet(depth, width, ResNet.Stem.valueOf(stem.toUpperCase(Locale.ROOT)), channels);
  }
}
