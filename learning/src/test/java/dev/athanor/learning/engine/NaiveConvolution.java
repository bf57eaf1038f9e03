package dev.athanor.learning.engine;

/// A padded convolution of square images as plain loops in double: the oracle of [KernelsTest].
///
/// @param side of the images, in pixels
/// @param in channels
/// @param out channels
/// @param kernel side of the window, odd, in pixels
record NaiveConvolution(int side, int in, int out, int kernel, int stride) {

  /// @param input (N, in, side, side)
  /// @param weights (out, in, kernel, kernel)
  record Gradients(double[] input, double[] weights) {}

  int outputSide() {
    return (side + stride - 1) / stride;
  }

  /// Of the sum over `factors` times the output.
  ///
  /// @param factors (N, out, outputSide, outputSide)
  Gradients gradients(float[] pixels, float[] weights, float[] factors) {
    var byInput = new double[pixels.length];
    var byWeights = new double[weights.length];
    int size = outputSide();
    for (int i = 0; i < factors.length; i++) {
      int column = i % size * stride;
      int row = i / size % size * stride;
      int to = i / (size * size) % out;
      int image = i / (size * size * out);
      for (int w = to * in * kernel * kernel; w < (to + 1) * in * kernel * kernel; w++) {
        int x = column + w % kernel - kernel / 2;
        int y = row + w / kernel % kernel - kernel / 2;
        int from = w / (kernel * kernel) % in;
        if (y >= 0 && y < side && x >= 0 && x < side) {
          int pixel = ((image * in + from) * side + y) * side + x;
          byInput[pixel] += (double) factors[i] * weights[w];
          byWeights[w] += (double) factors[i] * pixels[pixel];
        }
      }
    }
    return new Gradients(byInput, byWeights);
  }
}
