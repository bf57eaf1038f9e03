package dev.athanor.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Multiplication and division by a number, also inside of what is differentiated.
///
/// DJL's own `mul(Number)` and `div(Number)` put the number into a buffer outside the heap and let
/// go of it at once. Differentiation remembers where the number was, so a garbage collection
/// between the forward and the backward pass leaves it with whatever lies there by then. Here the
/// number's memory belongs to the engine, which keeps it as long as it is needed, and on a GPU
/// nothing waits for its copy.
public final class Scalars {

  private Scalars() {}

  /// x × factor, in the shape of x, float32.
  public static NDArray times(NDArray x, double factor) {
    try (var number = number(x, factor)) {
      return x.mul(number);
    }
  }

  /// x / divisor, in the shape of x, float32.
  public static NDArray over(NDArray x, double divisor) {
    try (var number = number(x, divisor)) {
      return x.div(number);
    }
  }

  /// x ← x × factor.
  ///
  /// @return x
  public static NDArray scale(NDArray x, double factor) {
    try (var number = number(x, factor)) {
      return x.muli(number);
    }
  }

  private static NDArray number(NDArray x, double value) {
    return x.getManager().full(new Shape(), (float) value);
  }
}
