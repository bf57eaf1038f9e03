package dev.athanor.learning.scaling;

/// The mean Huber loss of residuals of log L, and its slopes: outliers pull with the same force
/// however far out they are. δ = 10⁻³ as in Hoffmann et al. 2022, section 3.3, so all but the
/// smallest residuals count by their size; divided by δ, which moves no minimum.
final class Huber {
  private static final double DELTA = 1e-3;

  private Huber() {}

  static double value(double residual) {
    var size = Math.abs(residual);
    return size <= DELTA ? residual * residual / (2 * DELTA) : size - DELTA / 2;
  }

  static double slope(double residual) {
    return Math.clamp(residual / DELTA, -1.0, 1.0);
  }
}
