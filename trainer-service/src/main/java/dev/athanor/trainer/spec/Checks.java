package dev.athanor.trainer.spec;

import org.jspecify.annotations.Nullable;

/// The sentences in which a spec is refused.
final class Checks {
  private Checks() {}

  static void that(boolean holds, String field, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(field, value, expected));
    }
  }

  static void present(String field, @Nullable Object value) {
    that(value != null, field, "missing", "a value");
  }

  static void positive(String field, double value) {
    that(value > 0 && Double.isFinite(value), field, value, "> 0");
  }

  static void atLeast(long least, String field, long value) {
    that(value >= least, field, value, ">= " + least);
  }
}
