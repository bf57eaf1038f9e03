package dev.athanor.trainer.spec;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ImageEncoder;
import java.util.List;

/// An encoder in the registry that has weights to go on from, as its card says.
///
/// @param channels of the images that it reads: 1 or 3
/// @param size height and width of these
/// @param mean of the pixels that it was trained on, 0..1, one a channel
/// @param std of these
public record PublishedEncoder(
    String model,
    int version,
    ImageEncoderSpec encoder,
    int channels,
    int size,
    List<Double> mean,
    List<Double> std) {

  /// `name@3`.
  public String reference() {
    return model + "@" + version;
  }

  public ImageEncoder network() {
    return encoder.network(channels, size);
  }

  public Normalisation normalisation() {
    return new Normalisation(mean, std);
  }
}
