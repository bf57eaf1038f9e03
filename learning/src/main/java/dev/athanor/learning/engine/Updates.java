package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The engine's optimiser steps, one native call a parameter, and what goes with them. All change
/// their arguments in place; call them without gradient recording.
public final class Updates {

  /// The engine clips single elements from above when this is not negative, which nobody wants.
  private static final float NO_CLIPPING = -1;

  private Updates() {}

  /// With g = scale × gradient: w ← w (1 - rate × decay), m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 -
  /// β₂) g², w ← w - step × m / (√v + ε).
  ///
  /// @param rate the learning rate, which decay is multiplied with
  /// @param step the learning rate with the moments' bias correction
  public record Adam(
      float rate, float step, float decay, float scale, float beta1, float beta2, float epsilon) {

    public void apply(NDArray weight, NDArray gradient, NDArray mean, NDArray variance) {
      JniUtils.adamUpdate(
          (PtNDArray) weight,
          (PtNDArray) gradient,
          (PtNDArray) mean,
          (PtNDArray) variance,
          rate,
          step,
          decay,
          scale,
          NO_CLIPPING,
          beta1,
          beta2,
          epsilon,
          true);
    }
  }

  /// With g = scale × gradient + decay × w: v ← momentum × v + rate × g, w ← w - v. Without
  /// momentum there is no velocity, and w ← w - rate × g.
  public record Sgd(float rate, float decay, float scale, float momentum) {

    public void apply(NDArray weight, NDArray gradient, @Nullable NDArray velocity) {
      JniUtils.sgdUpdate(
          (PtNDArray) weight,
          (PtNDArray) gradient,
          (PtNDArray) velocity,
          rate,
          decay,
          scale,
          NO_CLIPPING,
          momentum);
    }
  }

  /// The gradient of a parameter, attached to `manager` and not to the parameter's own, which lives
  /// for long.
  public static NDArray gradient(NDArray parameter, NDManager manager) {
    var gradient = parameter.getGradient();
    gradient.attach(manager);
    return gradient;
  }

  /// Sets the gradient of a parameter to zero: the engine adds to it in every backward pass.
  public static void clearGradient(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }

  /// average ← momentum × average + (1 - momentum) × weight.
  public static void average(NDArray average, NDArray weight, double momentum) {
    try (var share = Scalars.times(weight, 1 - momentum)) {
      Scalars.scale(average, momentum).addi(share);
    }
  }

  /// Σ x² of each, which are read together: a reading waits for all that a GPU has been asked for.
  public static double[] squaredNorms(List<NDArray> arrays) {
    try (var manager = arrays.getFirst().getManager().newSubManager()) {
      var sums = new NDList();
      for (var array : arrays) {
        try (var squares = array.square()) {
          var sum = squares.sum();
          sum.attach(manager);
          sums.add(sum);
        }
      }
      var read = NDArrays.stack(sums).toFloatArray();
      return IntStream.range(0, read.length).mapToDouble(i -> read[i]).toArray();
    }
  }
}
