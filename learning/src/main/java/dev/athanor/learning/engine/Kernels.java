package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/// The engine's operations on `(N, C, H, W)` and `(N, C)` that DJL's own interface hides behind
/// builders. A result belongs to the manager of the first argument.
public final class Kernels {

  private static final Shape ONE = new Shape(1, 1);

  private Kernels() {}

  /// The engine's number for it.
  private static final int NEAREST = 0;

  /// (N, in, H, W), (out, in, k, k), (out) → (N, out, H', W').
  ///
  /// A 1×1 kernel that strides is given the pixels that it reads, side by side: of fewer channels
  /// than a vector register holds, oneDNN writes the gradient of such a kernel past its workspace
  /// (uxlfoundation/oneDNN#6035), and would copy the pixels itself.
  public static NDArray convolution(
      NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int padding) {
    if (stride == 1 || padding > 0 || weight.getShape().get(2) > 1) {
      return convolve(x, weight, bias, stride, padding);
    }
    try (var read = everyNth(x, stride)) {
      return convolve(read, weight, bias, 1, 0);
    }
  }

  /// Every nth pixel of every nth row.
  private static NDArray everyNth(NDArray x, int n) {
    return JniUtils.index(
        (PtNDArray) x,
        new long[4],
        x.getShape().getShape(),
        new long[] {1, 1, n, n},
        (PtNDManager) x.getManager());
  }

  private static NDArray convolve(
      NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int padding) {
    return JniUtils.convolution(
        (PtNDArray) x,
        (PtNDArray) weight,
        (PtNDArray) bias,
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

  /// (N, C, H, W) → (N, C, factor × H, factor × W), every pixel repeated.
  public static NDArray upsample(NDArray x, int factor) {
    var shape = x.getShape();
    var size = new long[] {factor * shape.get(2), factor * shape.get(3)};
    return JniUtils.interpolate((PtNDArray) x, size, NEAREST, false);
  }

  /// (N, C × size × size) → (N, C, size, size), in memory with the channels last, as images arrive.
  ///
  /// The other order is not for convolutions to few channels: oneDNN fills them up to a vector
  /// register's, and on some machines their gradients take in what the filling held before.
  public static NDArray unflatten(NDArray x, int channels, int size) {
    try (var planes = x.reshape(-1, channels, (long) size * size);
        var pixels = planes.transpose(0, 2, 1);
        var copied = pixels.reshape(-1);
        var images = copied.reshape(-1, size, size, channels)) {
      return images.transpose(0, 3, 1, 2);
    }
  }

  public static NDArray sigmoid(NDArray x) {
    return JniUtils.sigmoid((PtNDArray) x);
  }

  /// log(1 + exp(x)), without overflow.
  public static NDArray softplus(NDArray x) {
    return JniUtils.softPlus((PtNDArray) x);
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
