package dev.athanor.trainer.sweep;

import java.util.Arrays;

/// What the cells at one place of an axis came to.
///
/// @param x the place
/// @param deviation standard, 0 for a cell alone
record Column(int x, double mean, double deviation) {
  static Column of(int x, double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return new Column(x, mean, values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1)));
  }
}
