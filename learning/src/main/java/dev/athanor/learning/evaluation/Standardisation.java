package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Brings every column to mean 0 and standard deviation 1, as it was on the rows that it was
/// measured on. One penalty then suits all columns, and the optimiser needs few steps.
///
/// @param mean a column
/// @param factor a column: 1 / standard deviation, or 0 where the column is constant
@SuppressWarnings("ArrayRecordComponent") // read number by number
record Standardisation(double[] mean, double[] factor) {

  /// A standard deviation that small beside the mean is nothing but rounding of floats.
  private static final double ROUNDING = 1e-6;

  static Standardisation of(float[][] rows) {
    var mean = new double[rows[0].length];
    var factor = new double[rows[0].length];
    for (var row : rows) {
      for (var j = 0; j < mean.length; j++) {
        mean[j] += row[j];
      }
    }
    Arrays.setAll(mean, j -> mean[j] / rows.length);
    for (var row : rows) {
      for (var j = 0; j < mean.length; j++) {
        factor[j] += (row[j] - mean[j]) * (row[j] - mean[j]);
      }
    }
    Arrays.setAll(factor, j -> factor(mean[j], Math.sqrt(factor[j] / rows.length)));
    return new Standardisation(mean, factor);
  }

  private static double factor(double mean, double std) {
    return std > ROUNDING * Math.abs(mean) ? 1 / std : 0;
  }

  int dimensions() {
    return mean.length;
  }

  float[][] apply(float[][] rows) {
    return IntStream.range(0, rows.length)
        .parallel()
        .mapToObj(i -> apply(rows[i]))
        .toArray(float[][]::new);
  }

  float[] apply(float[] row) {
    var standard = new float[row.length];
    for (var j = 0; j < row.length; j++) {
      standard[j] = (float) ((row[j] - mean[j]) * factor[j]);
    }
    return standard;
  }
}
