package dev.athanor.learning.scaling;

import dev.athanor.learning.evaluation.Lbfgs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Finds the [JointLaw] of observations as Hoffmann et al. 2022, section 3.3 does: log L is
/// log-sum-exp of a - α log N, b - β log D and e, with A = exp a, B = exp b, E = exp e; the Huber
/// loss of its residuals is minimised by L-BFGS from a grid of starts, for it has many minima.
///
/// A point is (a, α, b, β, e), a and b being those of the mean log N and log D instead of N = D =
/// 1: the same law, but its parts no longer lean on each other, which L-BFGS needs.
final class JointFit {
  private static final double[] EXPONENTS = {0, 0.5, 1, 1.5, 2};
  private static final double[] SCALES = {0, 5, 10, 15, 20, 25};
  private static final double[] FLOORS = {-1, -0.5, 0, 0.5, 1};
  private static final Lbfgs ROUGH = new Lbfgs(25, 1e-3);
  private static final Lbfgs FINE = new Lbfgs(500, 1e-9);

  /// How many of the roughly found minima are looked at closely.
  private static final int KEPT = 12;

  private final double[] logN;
  private final double[] logD;
  private final double[] logLoss;
  private final double meanLogN;
  private final double meanLogD;

  JointFit(List<Observation> observations) {
    logN = observations.stream().mapToDouble(one -> Math.log(one.parameters())).toArray();
    logD = observations.stream().mapToDouble(one -> Math.log(one.tokens())).toArray();
    logLoss = observations.stream().mapToDouble(one -> Math.log(one.loss())).toArray();
    meanLogN = mean(logN);
    meanLogD = mean(logD);
    for (var i = 0; i < logN.length; i++) {
      logN[i] -= meanLogN;
      logD[i] -= meanLogD;
    }
  }

  private static double mean(double[] values) {
    var sum = 0.0;
    for (var value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private record Minimum(double[] at, double value) {}

  /// Minima from the whole grid of starts, the best first.
  List<JointLaw> laws() {
    var rough = new ArrayList<Minimum>();
    for (var start : grid()) {
      rough.add(minimum(ROUGH, start));
    }
    return rough.stream()
        .sorted(Comparator.comparingDouble(Minimum::value))
        .limit(KEPT)
        .map(minimum -> minimum(FINE, minimum.at))
        .sorted(Comparator.comparingDouble(Minimum::value))
        .map(minimum -> law(minimum.at))
        .toList();
  }

  /// The best minimum that is found from some laws.
  JointLaw from(List<JointLaw> starts) {
    return starts.stream()
        .map(start -> minimum(FINE, point(start)))
        .min(Comparator.comparingDouble(Minimum::value))
        .map(minimum -> law(minimum.at))
        .orElseThrow();
  }

  private List<double[]> grid() {
    var starts = new ArrayList<double[]>();
    for (var alpha : EXPONENTS) {
      for (var beta : EXPONENTS) {
        for (var a : SCALES) {
          for (var b : SCALES) {
            for (var e : FLOORS) {
              starts.add(new double[] {a - alpha * meanLogN, alpha, b - beta * meanLogD, beta, e});
            }
          }
        }
      }
    }
    return starts;
  }

  private Minimum minimum(Lbfgs lbfgs, double[] start) {
    var at = lbfgs.minimise(this::value, start);
    return new Minimum(at, value(at, new double[at.length]));
  }

  private double value(double[] at, double[] gradient) {
    Arrays.fill(gradient, 0);
    var sum = 0.0;
    for (var i = 0; i < logN.length; i++) {
      var size = at[0] - at[1] * logN[i];
      var data = at[2] - at[3] * logD[i];
      var most = Math.max(at[4], Math.max(size, data));
      var expSize = Math.exp(size - most);
      var expData = Math.exp(data - most);
      var expFloor = Math.exp(at[4] - most);
      var total = expSize + expData + expFloor;
      var residual = most + Math.log(total) - logLoss[i];
      var slope = Huber.slope(residual) / logN.length;
      sum += Huber.value(residual);
      gradient[0] += slope * expSize / total;
      gradient[1] -= slope * expSize / total * logN[i];
      gradient[2] += slope * expData / total;
      gradient[3] -= slope * expData / total * logD[i];
      gradient[4] += slope * expFloor / total;
    }
    return sum / logN.length;
  }

  private JointLaw law(double[] at) {
    return new JointLaw(
        Math.exp(at[4]),
        Math.exp(at[0] + at[1] * meanLogN),
        at[1],
        Math.exp(at[2] + at[3] * meanLogD),
        at[3]);
  }

  private double[] point(JointLaw law) {
    return new double[] {
      Math.log(law.sizeScale()) - law.sizeExponent() * meanLogN,
      law.sizeExponent(),
      Math.log(law.dataScale()) - law.dataExponent() * meanLogD,
      law.dataExponent(),
      Math.log(law.irreducible())
    };
  }
}
