package dev.athanor.learning.evaluation;

import java.util.Arrays;

/// Logits x W + b, and the class with the largest one.
///
/// @param weights (D + 1, C) in row-major order: W, then b
@SuppressWarnings("ArrayRecordComponent") // never compared
record AffineMap(double[] weights, int classes) {

  /// Of equal logits the lower class wins.
  int predict(float[] x) {
    var logits = logits(x);
    var largest = 0;
    for (var c = 1; c < classes; c++) {
      largest = logits[c] > logits[largest] ? c : largest;
    }
    return largest;
  }

  private double[] logits(float[] x) {
    var logits = Arrays.copyOfRange(weights, x.length * classes, weights.length);
    for (var j = 0; j < x.length; j++) {
      for (var c = 0; c < classes; c++) {
        logits[c] += x[j] * weights[j * classes + c];
      }
    }
    return logits;
  }
}
