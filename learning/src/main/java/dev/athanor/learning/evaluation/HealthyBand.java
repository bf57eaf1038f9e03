package dev.athanor.learning.evaluation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a figure lies while all is well: on one side of a bound.
///
/// @param atLeast the bound below; null where there is one above
/// @param atMost the bound above; null where there is one below
public record HealthyBand(@Nullable Double atLeast, @Nullable Double atMost) {

  public HealthyBand {
    if ((atLeast == null) == (atMost == null)) {
      throw new IllegalArgumentException(
          "band: at least %s, at most %s (expected: one bound)".formatted(atLeast, atMost));
    }
  }

  static HealthyBand atLeast(double bound) {
    return new HealthyBand(bound, null);
  }

  static HealthyBand atMost(double bound) {
    return new HealthyBand(null, bound);
  }

  /// False for what is no number, which is as bad as one outside.
  boolean holds(double value) {
    return atLeast != null ? value >= atLeast : atMost != null && value <= atMost;
  }

  /// As `0.02410 (expected: >= 0.2000)`.
  String breachedBy(double value) {
    return "%s (expected: %s %s)"
        .formatted(
            rounded(value),
            atLeast != null ? ">=" : "<=",
            rounded(atLeast != null ? atLeast : atMost));
  }

  private static String rounded(@Nullable Double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
