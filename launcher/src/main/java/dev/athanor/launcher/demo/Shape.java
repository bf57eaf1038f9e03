package dev.athanor.launcher.demo;

import java.util.Locale;
import java.util.SplittableRandom;

/// The ten classes of the generated data set: outlines in the unit disc, each with a pattern of its
/// own. Five patterns come twice, fine and coarse.
enum Shape {
  DISC,
  RING,
  SQUARE,
  FRAME,
  TRIANGLE,
  PLUS,
  STAR,
  CRESCENT,
  BARS,
  HEART;

  /// The class folder's name.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What an image of this class is covered with.
  Texture surface(SplittableRandom random) {
    var patterns = Texture.Pattern.values();
    boolean fine = ordinal() < patterns.length;
    return Texture.random(
        random,
        patterns[ordinal() % patterns.length],
        fine ? random.nextDouble(4, 5) : random.nextDouble(7, 9),
        random.nextDouble(0.45, 0.75));
  }

  /// Whether the point is inside; the outline fits in the disc of radius 1 around the origin, y
  /// points down.
  boolean contains(double x, double y) {
    double r = Math.hypot(x, y);
    return switch (this) {
      case DISC -> r < 0.85;
      case RING -> r < 0.95 && r > 0.55;
      case SQUARE -> chebyshev(x, y) < 0.72;
      case FRAME -> chebyshev(x, y) < 0.78 && chebyshev(x, y) > 0.44;
      case TRIANGLE -> y < 0.55 && y > -1 + 1.75 * Math.abs(x) + 0.02;
      case PLUS -> chebyshev(x, y) < 0.9 && Math.min(Math.abs(x), Math.abs(y)) < 0.28;
      case STAR -> r < starRadius(Math.atan2(x, -y));
      case CRESCENT -> r < 0.95 && Math.hypot(x - 0.45, y) > 0.75;
      case BARS -> Math.abs(x) < 0.8 && Math.abs(Math.abs(y) - 0.48) < 0.24;
      case HEART -> heart(1.15 * x, 0.1 - 1.15 * y);
    };
  }

  private static double chebyshev(double x, double y) {
    return Math.max(Math.abs(x), Math.abs(y));
  }

  /// Five points, straight edges between an outer radius of 1 and an inner one of 0.42.
  private static double starRadius(double angle) {
    double sector = Math.PI / 5;
    double a = Math.abs(angle) % (2 * sector);
    double fromPoint = Math.min(a, 2 * sector - a);
    double inner = 0.42;
    return inner * Math.sin(sector) / (Math.sin(sector - fromPoint) * inner + Math.sin(fromPoint));
  }

  /// The algebraic heart (x² + y² - 1)³ < x² y³, scaled.
  private static boolean heart(double x, double y) {
    double u = 1.2 * x;
    double v = 1.2 * y;
    double s = u * u + v * v - 1;
    return s * s * s < u * u * v * v * v;
  }
}
