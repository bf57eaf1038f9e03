package dev.athanor.augmentation.view;

import java.util.Arrays;

/// Gaussian blur as torchvision's `gaussian_blur`: a kernel of fixed width whose weights sum to
/// one, the image reflected at its borders. Holds scratch memory for planes of one size.
final class GaussianBlur {
  /// Elements worked on at a time: three blocks of floats fit a processor's first cache.
  private static final int BLOCK = 2048;

  private final int height;
  private final int width;
  private float[] padded = {};
  private float[] once = {};
  private final float[] shifted = new float[BLOCK];
  private final float[] sum = new float[BLOCK];

  GaussianBlur(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /// The weights of a kernel of this odd width.
  static float[] weights(int kernel, double sigma) {
    var exact = new double[kernel];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      double distance = (i - kernel / 2) / sigma;
      exact[i] = StrictMath.exp(-0.5 * distance * distance);
      sum += exact[i];
    }
    var weights = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      weights[i] = (float) (exact[i] / sum);
    }
    return weights;
  }

  /// Blurs a plane, `(height, width)`, in place. Half a kernel must be narrower than the plane.
  void blur(float[] plane, float[] weights) {
    int radius = weights.length / 2;
    int stride = width + 2 * radius;
    reserve((height + 2 * radius) * stride);
    pad(plane, radius, stride);
    convolve(padded, stride, weights, once, height * stride);
    convolve(once, 1, weights, padded, height * stride - 2 * radius);
    for (int y = 0; y < height; y++) {
      System.arraycopy(padded, y * stride, plane, y * width, width);
    }
  }

  private void reserve(int size) {
    if (padded.length < size) {
      padded = new float[size];
      once = new float[size];
    }
  }

  /// Reflects without repeating the border: c b | a b c | b a.
  private void pad(float[] plane, int radius, int stride) {
    for (int y = -radius; y < height + radius; y++) {
      int row = (y + radius) * stride + radius;
      System.arraycopy(plane, mirrored(y, height) * width, padded, row, width);
      for (int x = 1; x <= radius; x++) {
        padded[row - x] = padded[row + x];
        padded[row + width - 1 + x] = padded[row + width - 1 - x];
      }
    }
  }

  private static int mirrored(int at, int length) {
    int folded = Math.abs(at);
    return folded < length ? folded : 2 * (length - 1) - folded;
  }

  /// `to[i] = sum over k of weights[k] * from[i + k * step]`. Each term is copied into place first,
  /// so that the sum runs over arrays at one index, which the compiler vectorises.
  private void convolve(float[] from, int step, float[] weights, float[] to, int length) {
    for (int start = 0; start < length; start += BLOCK) {
      int block = Math.min(BLOCK, length - start);
      Arrays.fill(sum, 0, block, 0);
      for (int k = 0; k < weights.length; k++) {
        System.arraycopy(from, start + k * step, shifted, 0, block);
        add(sum, shifted, weights[k], block);
      }
      System.arraycopy(sum, 0, to, start, block);
    }
  }

  private static void add(float[] sum, float[] term, float weight, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += weight * term[i];
    }
  }
}
