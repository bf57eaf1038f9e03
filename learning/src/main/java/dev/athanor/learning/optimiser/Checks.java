package dev.athanor.learning.optimiser;

/// The bounds that the optimisers' numbers share.
final class Checks {

  private Checks() {}

  static void positive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, value));
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, value));
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0 and < 1)".formatted(name, value));
    }
  }
}
