package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.engine.Kernels;
import dev.athanor.learning.engine.Scalars;

/// How probable an image is, pixel by pixel, given what a decoder says of it: Kingma & Welling
/// 2013, https://arxiv.org/abs/1312.6114, appendix C.
public sealed interface Likelihood {

  /// -log p(x | z) of every pixel, in nats.
  ///
  /// @param decoded (N, C, H, W), what comes out of the decoder
  /// @param pixels x (N, C, H, W), from 0 to 1
  NDArray surprise(NDArray decoded, NDArray pixels);

  /// The image that is expected, from 0 to 1 where the decoder is any good.
  NDArray mean(NDArray decoded);

  /// A pixel is the probability of white, the decoder's output its logit: appendix C.1.
  record Bernoulli() implements Likelihood {
    @Override
    public NDArray surprise(NDArray decoded, NDArray pixels) {
      return Kernels.softplus(decoded).sub(decoded.mul(pixels));
    }

    @Override
    public NDArray mean(NDArray decoded) {
      return Kernels.sigmoid(decoded);
    }
  }

  /// A pixel is normal around the decoder's output: appendix C.2 with one deviation for all pixels.
  ///
  /// @param deviation σ; the smaller, the more the reconstruction counts beside the prior
  record Gaussian(double deviation) implements Likelihood {

    public Gaussian {
      if (!(deviation > 0 && deviation <= 10)) {
        throw new IllegalArgumentException(
            "deviation: %s (expected: > 0 and <= 10)".formatted(deviation));
      }
    }

    @Override
    public NDArray surprise(NDArray decoded, NDArray pixels) {
      var constant = 0.5 * Math.log(2 * Math.PI * deviation * deviation);
      var squares = pixels.sub(decoded).square();
      return Scalars.over(squares, 2 * deviation * deviation).add(constant);
    }

    @Override
    public NDArray mean(NDArray decoded) {
      return decoded;
    }
  }
}
