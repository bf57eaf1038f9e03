package dev.athanor.augmentation.view;

/// The random numbers of one view. There is no state: every number is a function of (seed, epoch,
/// sample, view) and of what it is drawn for, so that views can be made in any order, anywhere, and
/// one setting's change leaves the other settings' draws as they were.
///
/// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): the seed is
/// the key, and the counter is spelled out, not hashed, so that no two draws of a seed share one:
///
/// | word | holds |
/// |---|---|
/// | 0 | the number of the block: two draws each |
/// | 1 | view (low 8 bits), sample (its bits from 32 on) |
/// | 2 | sample (low 32 bits) |
/// | 3 | epoch |
final class Draws {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final double UNIT = 0x1p-53;

  private final long seed;
  private final int epoch;
  private final int sampleLow;
  private final int sampleHighAndView;

  Draws(long seed, long epoch, long sample, int view) {
    check("epoch", epoch, 1L << 32);
    check("sample", sample, 1L << 56);
    check("view", view, 1L << 8);
    this.seed = seed;
    this.epoch = (int) epoch;
    this.sampleLow = (int) sample;
    this.sampleHighAndView = (int) (sample >>> 32) << 8 | view;
  }

  /// A number in [0, 1), of 53 random bits.
  double unit(int draw) {
    return (bits(draw) >>> 11) * UNIT;
  }

  /// A number in [min, max).
  double between(double min, double max, int draw) {
    return min + (max - min) * unit(draw);
  }

  boolean happens(double probability, int draw) {
    return unit(draw) < probability;
  }

  /// A whole number in 0 .. bound - 1. The bias of the multiplication is below 2^-21 for images.
  int below(int bound, int draw) {
    return (int) (unit(draw) * bound);
  }

  /// 64 random bits for this draw.
  long bits(int draw) {
    int c0 = draw >>> 1;
    int c1 = sampleHighAndView;
    int c2 = sampleLow;
    int c3 = epoch;
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++, k0 += WEYL_0, k1 += WEYL_1) {
      long product0 = MULTIPLIER_0 * (c0 & 0xffffffffL);
      long product1 = MULTIPLIER_1 * (c2 & 0xffffffffL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
    }
    return (draw & 1) == 0
        ? (long) c1 << 32 | (c0 & 0xffffffffL)
        : (long) c3 << 32 | (c2 & 0xffffffffL);
  }

  private static void check(String what, long value, long end) {
    if (value < 0 || value >= end) {
      throw new IllegalArgumentException(
          "%s: %d (expected: 0 to %d)".formatted(what, value, end - 1));
    }
  }
}
