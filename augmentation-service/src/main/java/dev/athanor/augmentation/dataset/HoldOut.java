package dev.athanor.augmentation.dataset;

import dev.athanor.platform.error.Problem;
import java.util.SplittableRandom;

/// Which samples of a dataset without a test split become its test split: one of each `group`
/// neighbours, chosen by the seed, so that datasets sorted by class keep all classes in both.
///
/// @param group 10 for 10 %; 0 for none at all
/// @param samples how many there are
record HoldOut(int group, long samples, long seed) {
  private static final int LARGEST_GROUP = 100;

  /// @param fraction 0, or 1/n
  static HoldOut of(double fraction, long samples, long seed) {
    return new HoldOut(group(fraction), samples, seed);
  }

  /// Checks a fraction that a caller asked for.
  static int group(double fraction) {
    if (fraction == 0) {
      return 0;
    }
    long group = Math.round(1 / fraction);
    if (!(group >= 2 && group <= LARGEST_GROUP && Math.abs(group * fraction - 1) < 1e-3)) {
      throw Problem.badRequest(
          "holdOut: %s (expected: 0, or one of n samples, as 0.5, 0.1 or 0.01)"
              .formatted(fraction));
    }
    return (int) group;
  }

  /// Whether the sample at this place is held out. Of a last group with fewer neighbours one is
  /// held out as well if it is the only group, so that two samples are enough for two splits.
  boolean test(long place) {
    if (group == 0) {
      return false;
    }
    long first = place - place % group;
    long size = first == 0 ? Math.min(group, samples) : group;
    return size > 1 && place - first == chosen(first / group, (int) size);
  }

  private long chosen(long number, int size) {
    return new SplittableRandom(seed ^ number * 0x9e3779b97f4a7c15L).nextInt(size);
  }
}
