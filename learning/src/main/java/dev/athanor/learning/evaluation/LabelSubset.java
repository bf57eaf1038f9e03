package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.Random;

/// Which samples' labels an evaluation may look at when it is given a share of all labels.
public final class LabelSubset {

  private LabelSubset() {}

  /// The first `fraction` of a random permutation of 0 … samples - 1 that depends on `seed` and
  /// `samples` alone, so that with one seed a smaller subset lies within a larger one. At least one
  /// sample.
  ///
  /// @param fraction in (0, 1]
  public static int[] of(int samples, double fraction, long seed) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples: %d (expected: > 0)".formatted(samples));
    }
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "fraction: %s (expected: > 0 and <= 1)".formatted(fraction));
    }
    var count = (int) Math.max(1, Math.round(samples * fraction));
    return Arrays.copyOf(permutation(samples, seed), count);
  }

  /// A shuffle by Durstenfeld. `Random`, because its numbers are fixed by its documentation for
  /// ever.
  static int[] permutation(int count, long seed) {
    var random = new Random(seed);
    var permutation = new int[count];
    Arrays.setAll(permutation, i -> i);
    for (var i = count - 1; i > 0; i--) {
      var j = random.nextInt(i + 1);
      var moved = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = moved;
    }
    return permutation;
  }
}
