package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.objective.Likelihood;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Vae;
import java.util.List;

/// `vae`.
///
/// @param latent dimensions of z, and of μ, which is published
/// @param beta what the divergence from the prior counts
/// @param likelihood `bernoulli` or `gaussian`
/// @param deviation of a pixel from what the decoder says, where the likelihood is Gaussian
/// @param decoder from z to an image
public record VaeSpec(int latent, double beta, String likelihood, double deviation, Decoder decoder)
    implements ImageObjectiveSpec {
  private static final int ANY_SIZE = 32;

  /// @param width channels of the last stage
  public record Decoder(int width) {
    public Decoder {
      Checks.that(width >= 1 && width <= 256, "width", width, "from 1 to 256");
    }
  }

  public VaeSpec {
    Checks.that(
        "bernoulli".equals(likelihood) || "gaussian".equals(likelihood),
        "likelihood",
        likelihood,
        "bernoulli or gaussian");
    Checks.present("decoder", decoder);
    new Likelihood.Gaussian(deviation);
    new Vae(latent, beta, new Likelihood.Bernoulli(), new ConvDecoder(decoder.width, 1, ANY_SIZE));
  }

  @Override
  public String kind() {
    return "vae";
  }

  /// Not one that ends in a latent mean, for it puts one of its own behind them.
  @Override
  public List<String> encoders() {
    return List.of("resnet", "convnet");
  }

  @Override
  public Objective objective(int channels, int size, int classes) {
    return new Vae(
        latent,
        beta,
        "bernoulli".equals(likelihood)
            ? new Likelihood.Bernoulli()
            : new Likelihood.Gaussian(deviation),
        new ConvDecoder(decoder.width, channels, size));
  }
}
