package dev.athanor.embedding.openai;

import java.util.Arrays;

/// OpenAI's `dimensions`: the first numbers of a vector, at unit length.
final class Truncation {
  private Truncation() {}

  /// @param rows (N, D)
  /// @return (N, dimensions), each of length 1; a vector of zeros stays one
  static float[][] unitRows(float[][] rows, int dimensions) {
    return Arrays.stream(rows).map(row -> unit(row, dimensions)).toArray(float[][]::new);
  }

  private static float[] unit(float[] row, int dimensions) {
    double squares = 0;
    for (int d = 0; d < dimensions; d++) {
      squares += (double) row[d] * row[d];
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    var unit = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      unit[d] = (float) (row[d] * scale);
    }
    return unit;
  }
}
