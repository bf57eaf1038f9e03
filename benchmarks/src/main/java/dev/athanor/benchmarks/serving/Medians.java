package dev.athanor.benchmarks.serving;

import java.util.Collection;

/// The middle of what several rounds found.
final class Medians {
  private Medians() {}

  static double of(Collection<Double> values) {
    var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("values: none (expected: at least one)");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
