package dev.athanor.launcher.demo;

import java.util.SplittableRandom;

/// A surface of two related colours in one of five patterns.
record Texture(
    Pattern pattern,
    double[] light,
    double[] dark,
    double scale,
    double phase,
    double cos,
    double sin) {
  enum Pattern {
    STRIPES,
    CHEQUERS,
    DOTS,
    WAVES,
    SPECKS
  }

  /// A random light colour, phase and direction.
  ///
  /// @param wavelength of the pattern, in pixels
  /// @param depth the dark colour, as a fraction of the light one
  static Texture random(SplittableRandom random, Pattern pattern, double wavelength, double depth) {
    var light = new double[3];
    var dark = new double[3];
    for (int c = 0; c < 3; c++) {
      light[c] = random.nextDouble(20, 255);
      dark[c] = light[c] * depth;
    }
    double angle = random.nextDouble(Math.PI);
    return new Texture(
        pattern,
        light,
        dark,
        2 * Math.PI / wavelength,
        random.nextDouble(2 * Math.PI),
        Math.cos(angle),
        Math.sin(angle));
  }

  /// Channel `c` at a pixel, 0..255.
  double at(int x, int y, int c) {
    double u = scale * (cos * x + sin * y) + phase;
    double v = scale * (cos * y - sin * x) + phase;
    double mix =
        switch (pattern) {
          case STRIPES -> 0.5 + 0.5 * Math.sin(u);
          case CHEQUERS -> 0.5 + 0.5 * Math.signum(Math.sin(u) * Math.sin(v));
          case DOTS -> Math.cos(u) + Math.cos(v) > 0.6 ? 0 : 1;
          case WAVES -> 0.5 + 0.5 * Math.sin(u + 1.6 * Math.sin(v));
          case SPECKS -> Math.cos(u) + Math.cos(v) < -0.6 ? 0 : 1;
        };
    return mix * light[c] + (1 - mix) * dark[c];
  }

  /// Mean brightness, 0..255 (ITU-R BT.601).
  double luma() {
    double[] mean = new double[3];
    for (int c = 0; c < 3; c++) {
      mean[c] = (light[c] + dark[c]) / 2;
    }
    return 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2];
  }
}
