package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Images;
import dev.athanor.learning.batch.Tokens;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.LatentMean;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.engine.Scalars;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.layer.Wiring;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The variational auto-encoder, Kingma & Welling 2013, https://arxiv.org/abs/1312.6114: an image
/// becomes a Gaussian of L latent dimensions near the standard one, from a sample of which a
/// decoder tells the image again. μ is the published representation.
///
/// @param latent L
/// @param beta β, what the divergence counts; 1 in the paper, more in Higgins et al. 2017,
///   https://openreview.net/forum?id=Sy2fzU9gl
public record Vae(int latent, double beta, Likelihood likelihood, ConvDecoder decoder)
    implements Objective {

  /// A dimension that tells less than this many nats of the input tells nothing (Burda et al. 2015,
  /// https://arxiv.org/abs/1509.00519, section 5.2, has the threshold on the variance of μ).
  private static final double ACTIVE_NATS = 0.01;

  public Vae {
    if (latent < 1 || latent > 4096) {
      throw new IllegalArgumentException("latent: %d (expected: from 1 to 4096)".formatted(latent));
    }
    if (!(beta >= 0 && beta <= 1000)) {
      throw new IllegalArgumentException("beta: %s (expected: >= 0 and <= 1000)".formatted(beta));
    }
  }

  /// Equation 10 with L = 1 sample, its sign turned: the mean over the images of -log p(x | z) + β
  /// KL(q(z | x) ‖ N(0, 1)), in nats an image, ().
  ///
  /// @param surprise (N, C, H, W), -log p(x | z) of each pixel
  /// @param mean μ (N, L)
  /// @param logVariance log σ² (N, L)
  NDArray loss(NDArray surprise, NDArray mean, NDArray logVariance) {
    var images = mean.getShape().get(0);
    var reconstruction = Scalars.over(surprise.sum(), images); // ()
    var weighted = Scalars.times(divergence(mean, logVariance), beta); // (N, L)
    var divergence = Scalars.over(weighted.sum(), images); // ()
    return reconstruction.add(divergence);
  }

  /// KL(N(μ, σ²) ‖ N(0, 1)) of each image and dimension, appendix B: ½ (μ² + σ² - log σ² - 1), (N,
  /// L).
  static NDArray divergence(NDArray mean, NDArray logVariance) {
    return Scalars.over(mean.square().add(logVariance.exp()).sub(logVariance).sub(1), 2);
  }

  @Override
  public int views() {
    return 1;
  }

  @Override
  public void check(Batch batch) {
    if (batch instanceof ImageBatch images
        && (images.height() != decoder.size() || images.width() != decoder.size())) {
      throw new IllegalArgumentException(
          "batch: images of %d×%d (expected: %d×%d, as the decoder makes)"
              .formatted(images.height(), images.width(), decoder.size(), decoder.size()));
    }
  }

  @Override
  public List<Parameter> parameters(Encoder encoder) {
    return Stream.of(mean(encoder), logVariance(encoder), decoding())
        .flatMap(network -> network.parameters().stream())
        .toList();
  }

  @Override
  public Encoder published(Encoder encoder) {
    return switch (encoder) {
      case ImageEncoder trunk -> new LatentMean(trunk, latent);
      case TextEncoder _ ->
          throw new IllegalArgumentException(
              "encoder: %s (expected: one that reads images, which a VAE makes)"
                  .formatted(encoder));
    };
  }

  /// The images again, decoded from μ, (N, C × H × W), from 0 to 1.
  @Override
  public NDArray outputs(Pass pass) {
    return images(pass.run(decoding(), pass.run(mean(pass.encoder()), pass.encode())));
  }

  @Override
  public NDArray loss(Pass pass) {
    var inference = infer(pass);
    return loss(inference.surprise, inference.mean, inference.logVariance);
  }

  /// In nats an image, from a sample of z as in training: `vae.reconstruction`, `vae.kl` and of
  /// each dimension `vae.kl.00` …; `vae.active` counts the dimensions that tell anything.
  @Override
  public SortedMap<String, Double> figures(Pass pass) {
    var inference = infer(pass);
    var images = inference.mean.getShape().get(0);
    var divergences =
        divergence(inference.mean, inference.logVariance).mean(new int[] {0}).toFloatArray(); // (L)
    var figures = new TreeMap<String, Double>();
    figures.put("vae.reconstruction", (double) inference.surprise.sum().getFloat() / images);
    var digits = Integer.toString(latent - 1).length();
    var sum = 0.0;
    var active = 0;
    for (var i = 0; i < latent; i++) {
      figures.put(("vae.kl.%0" + digits + "d").formatted(i), (double) divergences[i]);
      sum += divergences[i];
      active += divergences[i] > ACTIVE_NATS ? 1 : 0;
    }
    figures.put("vae.kl", sum);
    figures.put("vae.active", (double) active);
    return figures;
  }

  /// What the networks make of some images.
  ///
  /// @param mean μ (N, L)
  /// @param logVariance log σ² (N, L)
  /// @param surprise (N, C, H, W), -log p(x | z) of each pixel for one z out of N(μ, σ²)
  private record Inference(NDArray mean, NDArray logVariance, NDArray surprise) {}

  private Inference infer(Pass pass) {
    var h = pass.encode(); // (N, D)
    var mean = pass.run(mean(pass.encoder()), h); // (N, L)
    var logVariance = pass.run(logVariance(pass.encoder()), h); // (N, L)
    // Section 2.4: a sample that the gradient goes through.
    var noise = pass.noise("latent", mean.getShape().getShape()); // (N, L)
    var z = mean.add(Scalars.over(logVariance, 2).exp().mul(noise)); // (N, L)
    var decoded = pass.run(decoding(), z); // (N, C, H, W)
    var surprise =
        switch (pass.input()) {
          case Images images -> likelihood.surprise(decoded, images.unit());
          case Tokens _ -> throw new IllegalArgumentException("batch: tokens (expected: images)");
        };
    return new Inference(mean, logVariance, surprise);
  }

  /// The images that latent vectors z (N, L) stand for, (N, C × H × W), from 0 to 1.
  public NDArray decode(NDArray z, Weights weights) {
    return images(new Forward(decoding(), weights).run(z, false));
  }

  private NDArray images(NDArray decoded) {
    return likelihood.mean(decoded).reshape(decoded.getShape().get(0), -1);
  }

  /// The same layer as [LatentMean]'s last.
  private Network mean(Encoder encoder) {
    return linear("mean", encoder);
  }

  private Network logVariance(Encoder encoder) {
    return linear("variance", encoder);
  }

  private Network linear(String name, Encoder encoder) {
    var net = new Wiring(encoder.dimensions());
    return net.finish(net.linear(name, net.input(), latent, true));
  }

  private Network decoding() {
    return decoder.network(latent);
  }
}
