package dev.athanor.learning.encoder;

/// Bounds of transformers, and the sentences in which a size is refused.
final class Sizes {

  static final int LAYERS = 1_000;
  static final int WIDTH = 65_536;
  static final int VOCABULARY = 1 << 20;
  static final int CONTEXT = 1 << 20;

  private Sizes() {}

  static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: from 1 to %d)".formatted(name, value, most));
    }
  }

  static void divides(String name, int value, String whole, int of) {
    if (of % value != 0) {
      throw new IllegalArgumentException(
          "%s: %d (expected: a divisor of %s, which is %d)".formatted(name, value, whole, of));
    }
  }
}
