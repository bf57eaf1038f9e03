package dev.athanor.learning.evaluation;

/// A row of which only the numbers that are not 0 are there.
///
/// @param columns where they stand, rising
/// @param values as many
@SuppressWarnings("ArrayRecordComponent") // read number by number
record SparseRow(int[] columns, double[] values) {

  /// The same direction at unit length; nothing stays nothing.
  SparseRow unit() {
    var squares = 0.0;
    for (var value : values) {
      squares += value * value;
    }
    var factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    var unit = new double[values.length];
    for (var i = 0; i < unit.length; i++) {
      unit[i] = values[i] * factor;
    }
    return new SparseRow(columns, unit);
  }
}
