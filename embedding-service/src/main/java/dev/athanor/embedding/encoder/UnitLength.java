package dev.athanor.embedding.encoder;

/// Vectors of length 1.
public final class UnitLength {
  private UnitLength() {}

  /// The vector at length 1; a vector of zeros stays one.
  public static float[] of(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    var unit = new float[vector.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = (float) (vector[d] * scale);
    }
    return unit;
  }
}
