package dev.athanor.embedding.openai;

import dev.athanor.embedding.encoder.UnitLength;
import java.util.Arrays;

/// OpenAI's `dimensions`: the first numbers of a vector, at unit length.
final class Truncation {
  private Truncation() {}

  /// @param rows (N, D)
  /// @return (N, dimensions), each of length 1; a vector of zeros stays one
  static float[][] unitRows(float[][] rows, int dimensions) {
    return Arrays.stream(rows)
        .map(row -> UnitLength.of(Arrays.copyOf(row, dimensions)))
        .toArray(float[][]::new);
  }
}
