package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.athanor.learning.engine.Scalars;

/// NT-Xent, the normalised temperature-scaled cross entropy: Chen et al. 2020,
/// https://arxiv.org/abs/2002.05709, equation 1 and algorithm 1. N pairs, D dimensions.
///
/// @param temperature τ; the paper's best on CIFAR-10 is 0.5, on ImageNet 0.1
public record NtXent(double temperature) {

  /// Far below every cosine over every temperature that makes sense, yet finite: exp of it is 0.
  private static final float NEVER = -1e9f;

  public NtXent {
    if (!(temperature > 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature: %s (expected: > 0 and <= 100)".formatted(temperature));
    }
  }

  /// The mean loss over all 2N views: each picks its partner out of the other 2N - 1.
  ///
  /// @param z (2N, D): row i and row N + i are the two views of sample i
  public NDArray loss(NDArray z) {
    var unit = z.normalize(2, 1); // (2N, D)
    var logits = Scalars.over(unit.matMul(unit.transpose()), temperature); // (2N, 2N)
    return CrossEntropy.mean(maskDiagonal(logits), partners(z)); // ()
  }

  /// A view is no candidate for itself.
  private static NDArray maskDiagonal(NDArray logits) {
    var size = Math.toIntExact(logits.getShape().get(0));
    return logits.add(Scalars.times(logits.getManager().eye(size), NEVER));
  }

  /// For each view the row of the other view of the same sample: N, N + 1, …, 2N - 1, 0, 1, …, N -
  /// 1.
  private static NDArray partners(NDArray z) {
    var size = Math.toIntExact(z.getShape().get(0));
    if (size % 2 != 0) {
      throw new IllegalArgumentException("z: %d rows (expected: an even number)".formatted(size));
    }
    var manager = z.getManager();
    var first = manager.arange(0, size / 2, 1, DataType.INT64);
    return first.add(size / 2).concat(first);
  }
}
