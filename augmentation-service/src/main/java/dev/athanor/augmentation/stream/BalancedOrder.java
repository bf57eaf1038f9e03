package dev.athanor.augmentation.stream;

import java.util.Arrays;
import java.util.function.LongToIntFunction;

/// An order in which the classes take turns, so that its beginning has as many samples of one class
/// as of another: how label fractions are drawn in Chen et al. 2020,
/// https://arxiv.org/abs/2002.05709, section 4.2. A class that has no more samples leaves its turns
/// to the others. Which class begins, and each class's own order, come from the seed.
///
/// @param samples those that have a label
@SuppressWarnings("ArrayRecordComponent") // Read by position, never compared.
record BalancedOrder(int[] samples) implements DrawnOrder {
  /// Keeps the turns of the classes apart from the other orders that are drawn from one seed.
  private static final long TURNS = 5;

  /// @param size samples of the split
  /// @param label of a sample, -1 where it has none
  /// @param drawn the order within each class
  static BalancedOrder of(int size, LongToIntFunction label, Permutation drawn, long seed) {
    var byClass = byClass(size, label, drawn);
    var order = new int[Arrays.stream(byClass).mapToInt(one -> one.length).sum()];
    if (order.length == 0) {
      return new BalancedOrder(order);
    }
    var turns = new Permutation(byClass.length, Mixing.hash(seed, TURNS));
    int at = 0;
    for (int round = 0; at < order.length; round++) {
      for (int turn = 0; turn < byClass.length; turn++) {
        var members = byClass[(int) turns.at(turn)];
        if (round < members.length) {
          order[at++] = members[round];
        }
      }
    }
    return new BalancedOrder(order);
  }

  private static int[][] byClass(int size, LongToIntFunction label, Permutation drawn) {
    var counts = new int[1];
    for (long sample = 0; sample < size; sample++) {
      int of = label.applyAsInt(sample);
      if (of >= counts.length) {
        counts = Arrays.copyOf(counts, of + 1);
      }
      if (of >= 0) {
        counts[of]++;
      }
    }
    var byClass = Arrays.stream(counts).mapToObj(int[]::new).toArray(int[][]::new);
    var next = new int[counts.length];
    for (long position = 0; position < size; position++) {
      long sample = drawn.at(position);
      int of = label.applyAsInt(sample);
      if (of >= 0) {
        byClass[of][next[of]++] = (int) sample;
      }
    }
    return byClass;
  }

  @Override
  public long size() {
    return samples.length;
  }

  @Override
  public long at(long position) {
    return samples[Math.toIntExact(position)];
  }
}
