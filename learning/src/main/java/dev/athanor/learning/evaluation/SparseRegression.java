package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.List;

/// What [SoftmaxRegression] minimises, on rows of which most numbers are 0: the mean cross-entropy
/// of softmax(x W + b) plus penalty × ‖W‖². A point is (D + 1, C) in row-major order: W, then b,
/// which goes unpenalised.
///
/// @param labels (N), each in [0, classes)
/// @param dimensions D
@SuppressWarnings("ArrayRecordComponent") // never compared
record SparseRegression(
    List<SparseRow> rows, int[] labels, int dimensions, int classes, double penalty)
    implements Lbfgs.Function {

  /// Numbers in a point.
  int size() {
    return (dimensions + 1) * classes;
  }

  @Override
  public double value(double[] at, double[] gradient) {
    Arrays.fill(gradient, 0);
    var loss = 0.0;
    for (var n = 0; n < labels.length; n++) {
      loss += crossEntropy(rows.get(n), labels[n], at, gradient);
    }
    var squares = 0.0;
    for (var i = 0; i < gradient.length; i++) {
      gradient[i] /= labels.length;
      if (i < dimensions * classes) {
        squares += at[i] * at[i];
        gradient[i] += 2 * penalty * at[i];
      }
    }
    return loss / labels.length + penalty * squares;
  }

  private double crossEntropy(SparseRow row, int label, double[] at, double[] gradient) {
    var surplus = logits(row, at, classes); // (C)
    var largest = Arrays.stream(surplus).max().orElseThrow();
    var sum = Arrays.stream(surplus).map(logit -> Math.exp(logit - largest)).sum();
    var loss = largest + Math.log(sum) - surplus[label];
    for (var c = 0; c < classes; c++) {
      surplus[c] = Math.exp(surplus[c] - largest) / sum - (c == label ? 1 : 0);
      gradient[dimensions * classes + c] += surplus[c];
      for (var j = 0; j < row.columns().length; j++) {
        gradient[row.columns()[j] * classes + c] += row.values()[j] * surplus[c];
      }
    }
    return loss;
  }

  /// x W + b, (C).
  static double[] logits(SparseRow row, double[] at, int classes) {
    var logits = Arrays.copyOfRange(at, at.length - classes, at.length);
    for (var j = 0; j < row.columns().length; j++) {
      for (var c = 0; c < classes; c++) {
        logits[c] += row.values()[j] * at[row.columns()[j] * classes + c];
      }
    }
    return logits;
  }
}
