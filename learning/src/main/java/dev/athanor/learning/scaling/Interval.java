package dev.athanor.learning.scaling;

import java.util.Arrays;

/// Where a figure lies in 95 of 100 resamples.
public record Interval(double low, double high) {
  private static final double TAIL = 0.025;

  static Interval of(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
  }

  private static double quantile(double[] sorted, double part) {
    var at = part * (sorted.length - 1);
    var below = (int) at;
    var above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
