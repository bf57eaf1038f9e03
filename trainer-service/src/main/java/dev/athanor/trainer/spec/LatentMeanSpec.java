package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.LatentMean;

/// `latent-mean`: what a variational auto-encoder published, as the encoder of a run that goes on
/// from there.
///
/// @param trunk the encoder that the auto-encoder was trained with
/// @param dimensions of its latent space
public record LatentMeanSpec(ImageEncoderSpec trunk, int dimensions) implements ImageEncoderSpec {
  public LatentMeanSpec {
    Checks.present("trunk", trunk);
    Checks.that(
        !(trunk instanceof LatentMeanSpec), "trunk.kind", "latent-mean", "an encoder of images");
    Checks.that(dimensions >= 1 && dimensions <= 4096, "dimensions", dimensions, "from 1 to 4096");
  }

  @Override
  public String kind() {
    return "latent-mean";
  }

  @Override
  public ImageEncoder network(int channels, int size) {
    return new LatentMean(trunk.network(channels, size), dimensions);
  }
}
