package dev.athanor.learning.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/// Holds a loss's gradient against differences of a naive loss in double.
final class FiniteDifferences {
  private static final double STEP = 1e-5;

  private FiniteDifferences() {}

  /// @param at (N, D), moved and moved back
  /// @param loss of an array (N, D); a scalar
  /// @param naive the same of doubles
  static void check(
      NDManager manager,
      double[][] at,
      UnaryOperator<NDArray> loss,
      ToDoubleFunction<double[][]> naive) {
    var parameter = manager.create(floats(at));
    parameter.setRequiresGradient(true);
    var _ = Torch.differentiate(() -> loss.apply(parameter));
    var gradient = Updates.gradient(parameter, manager).toFloatArray();
    for (var i = 0; i < at.length; i++) {
      for (var d = 0; d < at[i].length; d++) {
        var value = at[i][d];
        at[i][d] = value + STEP;
        var above = naive.applyAsDouble(at);
        at[i][d] = value - STEP;
        var below = naive.applyAsDouble(at);
        at[i][d] = value;
        assertThat((double) gradient[at[i].length * i + d])
            .isCloseTo((above - below) / (2 * STEP), within(1e-5));
      }
    }
  }

  /// Normally distributed, exact as floats.
  static double[][] random(int rows, int columns, long seed) {
    var random = new Random(seed);
    var z = new double[rows][columns];
    for (var row : z) {
      for (var d = 0; d < columns; d++) {
        row[d] = (float) random.nextGaussian();
      }
    }
    return z;
  }

  static float[][] floats(double[][] z) {
    var floats = new float[z.length][z[0].length];
    for (var i = 0; i < z.length; i++) {
      for (var d = 0; d < z[i].length; d++) {
        floats[i][d] = (float) z[i][d];
      }
    }
    return floats;
  }
}
