package dev.athanor.learning.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// Embeddings as rows of one length: checked, brought to unit length, and handed to the engine in
/// blocks, so that memory beside the embeddings themselves stays bounded.
final class Rows {

  /// Rows that go to the engine at once.
  static final int BLOCK = 8192;

  private Rows() {}

  /// Refuses fewer than `least` rows, rows of different lengths and numbers that are not finite.
  static void require(String name, float[][] rows, int least) {
    if (rows.length < least) {
      throw new IllegalArgumentException(
          "%s: %d rows (expected: at least %d)".formatted(name, rows.length, least));
    }
    var dimensions = rows[0].length;
    if (dimensions == 0) {
      throw new IllegalArgumentException("%s[0]: 0 numbers (expected: > 0)".formatted(name));
    }
    for (var i = 0; i < rows.length; i++) {
      requireLength(name, i, rows[i], dimensions);
      for (var j = 0; j < dimensions; j++) {
        if (!Float.isFinite(rows[i][j])) {
          throw new IllegalArgumentException(
              "%s[%d][%d]: %s (expected: a finite number)".formatted(name, i, j, rows[i][j]));
        }
      }
    }
  }

  /// As [#require], and the rows must be as long as those of `others`.
  static void requireLike(String name, float[][] rows, int least, float[][] others) {
    require(name, rows, least);
    requireLength(name, 0, rows[0], others[0].length);
  }

  /// Refuses labels that are not one for each row, or below 0.
  static void requireLabels(String name, int[] labels, float[][] rows) {
    if (labels.length != rows.length) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d, one a row)".formatted(name, labels.length, rows.length));
    }
    for (var i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "%s[%d]: %d (expected: >= 0)".formatted(name, i, labels[i]));
      }
    }
  }

  /// Refuses row `i` where it has another length.
  static void requireLength(String name, int i, float[] row, int expected) {
    if (row.length != expected) {
      throw new IllegalArgumentException(
          "%s[%d]: %d numbers (expected: %d)".formatted(name, i, row.length, expected));
    }
  }

  /// Each row divided by its Euclidean length; a row of zeros stays as it is.
  static float[][] unit(float[][] rows) {
    var unit = new float[rows.length][];
    IntStream.range(0, rows.length).parallel().forEach(i -> unit[i] = unit(rows[i]));
    return unit;
  }

  private static float[] unit(float[] row) {
    var squares = 0.0;
    for (var x : row) {
      squares += (double) x * x;
    }
    var factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    var unit = new float[row.length];
    for (var j = 0; j < row.length; j++) {
      unit[j] = (float) (row[j] * factor);
    }
    return unit;
  }

  /// Rows `from` (inclusive) to `to` (exclusive) on the device of `manager`, (to - from, D).
  static NDArray load(float[][] rows, int from, int to, NDManager manager) {
    var dimensions = rows[from].length;
    var flat = new float[Math.multiplyExact(to - from, dimensions)];
    for (var i = from; i < to; i++) {
      System.arraycopy(rows[i], 0, flat, (i - from) * dimensions, dimensions);
    }
    var shape = List.of((long) (to - from), (long) dimensions);
    return Tensors.copyOf(Tensor.floats(shape, flat), manager);
  }
}
