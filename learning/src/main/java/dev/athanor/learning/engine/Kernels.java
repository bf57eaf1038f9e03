package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/// The engine's operations on `(N, C, H, W)` and `(N, C)` that DJL's own interface hides behind
/// builders. A result belongs to the manager of the first argument.
public final class Kernels {

  private static final Shape ONE = new Shape(1, 1);

  private Kernels() {}

  /// (N, in, H, W), (out, in, k, k) → (N, out, H', W').
  public static NDArray convolution(NDArray x, NDArray weight, int stride, int padding) {
    return JniUtils.convolution(
        (PtNDArray) x,
        (PtNDArray) weight,
        null,
        new Shape(stride, stride),
        new Shape(padding, padding),
        ONE,
        1);
  }

  /// Normalises each channel: in training by the batch's own mean and variance, moving the running
  /// statistics by `momentum` towards them, else by the running statistics.
  public static NDArray batchNorm(
      NDArray x,
      NDArray mean,
      NDArray variance,
      NDArray scale,
      NDArray shift,
      boolean training,
      double momentum,
      double epsilon) {
    return JniUtils.batchNorm(
        (PtNDArray) x,
        (PtNDArray) mean,
        (PtNDArray) variance,
        (PtNDArray) scale,
        (PtNDArray) shift,
        training,
        momentum,
        epsilon);
  }

  public static NDArray relu(NDArray x) {
    return JniUtils.relu((PtNDArray) x);
  }

  public static NDArray maxPool(NDArray x, int kernel, int stride, int padding) {
    return JniUtils.maxPool(
        (PtNDArray) x,
        new Shape(kernel, kernel),
        new Shape(stride, stride),
        new Shape(padding, padding),
        false);
  }

  /// (N, C, H, W) → (N, C).
  public static NDArray globalAveragePool(NDArray x) {
    try (var pooled = JniUtils.adaptiveAvgPool((PtNDArray) x, ONE)) {
      return pooled.reshape(x.getShape().slice(0, 2));
    }
  }

  /// (N, in), (out, in), (out) → (N, out).
  public static NDArray linear(NDArray x, NDArray weight, @Nullable NDArray bias) {
    return JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
  }
}
