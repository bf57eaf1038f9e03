package dev.athanor.preprocessing;

/// How a resized sample is made of source samples. Antialiased: where an image shrinks, the filter
/// is stretched by the factor of reduction.
public enum Interpolation {
  /// A triangle.
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },
  /// Keys' cubic convolution with a = -1/2, as Pillow has it. Weights can be negative, so results
  /// can leave the range of the source.
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  };

  private final int support;

  Interpolation(int support) {
    this.support = support;
  }

  /// The distance beyond which nothing weighs, in samples.
  int support() {
    return support;
  }

  abstract double weight(double distance);
}
