package dev.athanor.learning.encoder;

/// How often an image's side can be halved until little is left.
final class Halving {

  private static final int SMALL = 7;
  private static final int LARGEST = 256;

  private Halving() {}

  static void check(int size) {
    if (size <= SMALL || size > LARGEST || smallest(size) > SMALL) {
      throw new IllegalArgumentException(
          "size: %d (expected: 28, 32, 64 or another up to %d that halves to at most %d)"
              .formatted(size, LARGEST, SMALL));
    }
  }

  /// The side that is left.
  static int smallest(int size) {
    return size >> times(size);
  }

  static int times(int size) {
    var times = 0;
    for (var side = size; side > SMALL && side % 2 == 0; side /= 2) {
      times++;
    }
    return times;
  }
}
