package dev.athanor.learning.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.engine.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a linear probe minimises: the mean cross-entropy of softmax(x W + b) on N labelled rows
/// plus penalty × ‖W‖². Convex, so there is one minimum.
///
/// A point is (D + 1, C) in row-major order: W, then b, which goes unpenalised. Holds the rows on
/// the engine's device until it is closed. Features are floats and so are the products with them;
/// what is summed over rows is summed in doubles.
final class SoftmaxRegression implements AutoCloseable {

  private record Block(NDArray x, NDArray labels) {} // (B, D + 1), the last column 1; (B)

  private final NDManager manager = Torch.newManager();
  private final List<Block> blocks = new ArrayList<>();
  private final int rows;
  private final int dimensions;
  private final int classes;

  /// @param features (N, D)
  /// @param labels (N), each in [0, classes)
  SoftmaxRegression(float[][] features, int[] labels, int classes) {
    this.rows = features.length;
    this.dimensions = features[0].length;
    this.classes = classes;
    for (var from = 0; from < rows; from += Rows.BLOCK) {
      var to = Math.min(from + Rows.BLOCK, rows);
      try (var x = Rows.load(features, from, to, manager);
          var ones = manager.ones(new Shape(to - from, 1))) {
        var y = manager.create(Arrays.copyOfRange(labels, from, to));
        blocks.add(new Block(x.concat(ones, 1), y));
      }
    }
  }

  /// Numbers in a point.
  int size() {
    return (dimensions + 1) * classes;
  }

  Lbfgs.Function penalised(double penalty) {
    return (at, gradient) -> {
      var squares = 0.0;
      var loss = crossEntropy(at, gradient);
      for (var i = 0; i < dimensions * classes; i++) {
        squares += at[i] * at[i];
        gradient[i] += 2 * penalty * at[i];
      }
      return loss + penalty * squares;
    };
  }

  private double crossEntropy(double[] at, double[] gradient) {
    Arrays.fill(gradient, 0);
    var sum = 0.0;
    for (var block : blocks) {
      try (var scratch = manager.newSubManager()) {
        sum += crossEntropy(block, weights(at, scratch), gradient, scratch);
      }
    }
    for (var i = 0; i < gradient.length; i++) {
      gradient[i] /= rows;
    }
    return sum / rows;
  }

  private double crossEntropy(Block block, NDArray weights, double[] gradient, NDManager scratch) {
    var x = block.x;
    x.tempAttach(scratch);
    var logits = x.matMul(weights).toType(DataType.FLOAT64, false); // (B, C)
    var logProbabilities = logits.logSoftmax(1); // (B, C)
    var truth = block.labels.oneHot(classes, DataType.FLOAT64); // (B, C)
    var surplus = logProbabilities.exp().sub(truth).toType(DataType.FLOAT32, false); // (B, C)
    var slope = x.transpose().matMul(surplus).toFloatArray(); // (D + 1, C)
    for (var i = 0; i < slope.length; i++) {
      gradient[i] += slope[i];
    }
    return -logProbabilities.mul(truth).sum().getDouble();
  }

  private NDArray weights(double[] at, NDManager scratch) {
    var floats = new float[at.length];
    for (var i = 0; i < at.length; i++) {
      floats[i] = (float) at[i];
    }
    return scratch.create(floats, new Shape(dimensions + 1, classes));
  }

  @Override
  public void close() {
    manager.close();
  }
}
