package dev.athanor.augmentation.shard;

import java.util.Arrays;

/// A growing array of numbers.
final class Longs {
  private long[] values = new long[64];
  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  long[] toLongs() {
    return Arrays.copyOf(values, size);
  }

  int[] toInts() {
    return Arrays.stream(values, 0, size).mapToInt(Math::toIntExact).toArray();
  }
}
