package dev.athanor.learning.scaling;

import dev.athanor.learning.evaluation.Lbfgs;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// Finds the [PowerLaw] of the lowest losses at each x: Kaplan et al. 2020, section 3, look at what
/// the other of N and D does not hold back. log L is c - α log x, a straight line, fitted with the
/// same Huber loss as the joint law.
final class PowerFit {
  private static final Lbfgs LBFGS = new Lbfgs(500, 1e-9);

  private final double[] logX;
  private final double[] logLoss;
  private final double meanLogX;

  private PowerFit(TreeMap<Double, Double> lowest) {
    var log = lowest.keySet().stream().mapToDouble(Math::log).toArray();
    var mean = Arrays.stream(log).average().orElseThrow();
    this.meanLogX = mean;
    this.logX = Arrays.stream(log).map(x -> x - mean).toArray();
    this.logLoss = lowest.values().stream().mapToDouble(Math::log).toArray();
  }

  /// @param x N or D of an observation
  static PowerLaw law(List<Observation> observations, ToDoubleFunction<Observation> x) {
    var lowest = new TreeMap<Double, Double>();
    observations.forEach(one -> lowest.merge(x.applyAsDouble(one), one.loss(), Math::min));
    return new PowerFit(lowest).law();
  }

  private PowerLaw law() {
    var at = LBFGS.minimise(this::value, leastSquares());
    return new PowerLaw(Math.exp((at[0] + at[1] * meanLogX) / at[1]), at[1]);
  }

  private double[] leastSquares() {
    var mean = Arrays.stream(logLoss).average().orElseThrow();
    var squares = 0.0;
    var products = 0.0;
    for (var i = 0; i < logX.length; i++) {
      squares += logX[i] * logX[i];
      products += logX[i] * logLoss[i];
    }
    return new double[] {mean, -products / squares};
  }

  /// At (c of the mean log x, α).
  private double value(double[] at, double[] gradient) {
    Arrays.fill(gradient, 0);
    var sum = 0.0;
    for (var i = 0; i < logX.length; i++) {
      var residual = at[0] - at[1] * logX[i] - logLoss[i];
      var slope = Huber.slope(residual) / logX.length;
      sum += Huber.value(residual);
      gradient[0] += slope;
      gradient[1] -= slope * logX[i];
    }
    return sum / logX.length;
  }
}
