package dev.athanor.launcher.demo;

import java.util.SplittableRandom;

/// Draws the generated data set: 32×32 RGB images, each one shape in front of a patterned
/// background. The class is the shape with its surface; colours, place, size, turn, light and noise
/// are drawn anew for every image and say nothing of it, and the background bears the same patterns
/// as the shapes, so that neither mean colour nor the mere presence of a pattern gives the class
/// away. A pure function of (seed, index).
final class ShapeImages {
  static final int SIDE = 32;
  private static final int SUBSAMPLES = 3;

  private final long seed;

  ShapeImages(long seed) {
    this.seed = seed;
  }

  static Shape shape(long index) {
    return Shape.values()[(int) (index % Shape.values().length)];
  }

  /// Rows of (32, 32, 3) bytes.
  byte[] draw(long index) {
    var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index);
    random.nextLong();
    var shape = shape(index);
    double radius = random.nextDouble(9, 13);
    double slack = SIDE / 2.0 - radius * 0.9;
    double centreX = SIDE / 2.0 + random.nextDouble(-slack, slack);
    double centreY = SIDE / 2.0 + random.nextDouble(-slack, slack);
    double turn = random.nextDouble(-Math.PI / 9, Math.PI / 9);
    double squeeze = random.nextDouble(0.85, 1.18);
    var front = shape.surface(random);
    var back = background(random);
    while (Math.abs(front.luma() - back.luma()) < 40) {
      back = background(random);
    }
    double lightX = random.nextDouble(-0.012, 0.012);
    double lightY = random.nextDouble(-0.012, 0.012);
    double noise = random.nextDouble(3, 9);
    double cos = Math.cos(turn);
    double sin = Math.sin(turn);
    var pixels = new byte[SIDE * SIDE * 3];
    for (int y = 0, at = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double covered = 0;
        for (int s = 0; s < SUBSAMPLES * SUBSAMPLES; s++) {
          double dx = x + (s % SUBSAMPLES + 0.5) / SUBSAMPLES - centreX;
          double dy = y + (s / SUBSAMPLES + 0.5) / SUBSAMPLES - centreY;
          double u = (cos * dx + sin * dy) / (radius * squeeze);
          double v = (cos * dy - sin * dx) / (radius / squeeze);
          covered += shape.contains(u, v) ? 1.0 / (SUBSAMPLES * SUBSAMPLES) : 0;
        }
        double light = 1 + lightX * (x - SIDE / 2.0) + lightY * (y - SIDE / 2.0);
        for (int c = 0; c < 3; c++) {
          double value = covered * front.at(x, y, c) + (1 - covered) * back.at(x, y, c);
          double speck = noise * (random.nextDouble() + random.nextDouble() - 1) * 1.7;
          pixels[at++] = (byte) Math.clamp(Math.round(value * light + speck), 0, 255);
        }
      }
    }
    return pixels;
  }

  private static Texture background(SplittableRandom random) {
    var patterns = Texture.Pattern.values();
    var pattern = patterns[random.nextInt(patterns.length)];
    return Texture.random(random, pattern, random.nextDouble(4, 9), random.nextDouble(0.8, 0.97));
  }
}
