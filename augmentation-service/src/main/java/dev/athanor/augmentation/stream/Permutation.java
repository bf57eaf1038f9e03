package dev.athanor.augmentation.stream;

/// A seeded bijection of `[0, size)`, computed one index at a time in O(1) memory: a Feistel
/// network over the next power of four, walked on until it lands inside (Black & Rogaway 2002,
/// https://doi.org/10.1007/3-540-45760-7_9). The domain is less than four times the size, so a walk
/// takes fewer than four steps on average.
///
/// @param size how many numbers are permuted, >= 1
/// @param key which permutation
record Permutation(long size, long key) implements DrawnOrder {
  private static final int ROUNDS = 8;

  Permutation {
    if (size < 1 || size > 1L << 60) {
      throw new IllegalArgumentException("size: %d (expected: 1..2^60)".formatted(size));
    }
  }

  /// Where the number at `position` goes; both lie in `[0, size)`.
  @Override
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(
          "position: %d (expected: 0..%d)".formatted(position, size - 1));
    }
    int half = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    long image = position;
    do {
      image = feistel(image, half);
    } while (image >= size);
    return image;
  }

  private long feistel(long block, int half) {
    long mask = (1L << half) - 1;
    long left = block >>> half;
    long right = block & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (Mixing.hash(key, round, right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }
}
