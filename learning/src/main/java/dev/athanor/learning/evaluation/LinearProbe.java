package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Multinomial logistic regression on frozen embeddings: how much of the classes a linear map can
/// read off them. The test set never takes part in any choice.
///
/// The penalty is the one of `penalties` that predicts held-out training labels best; the
/// classifier is then fitted to all training labels. A fifth of them is held out; where they are
/// few, each fifth in turn, because one fifth of a few labels would choose by luck. Where they are
/// many, a part of them chooses, and the penalty shrinks as their number grows: what is weighed
/// against the penalty is the sum over all labels.
///
/// @param penalties factors of ‖W‖² beside the mean cross-entropy
/// @param seed of the split that chooses among them
public record LinearProbe(List<Double> penalties, long seed) {

  private static final int FOLDS = 5;

  /// Training labels up to which each fold is held out in turn.
  private static final int FEW = 2_000;

  /// So many training labels choose the penalty, where there are more.
  private static final int CHOOSING = 10_000;

  private static final Lbfgs ROUGH = new Lbfgs(60, 1e-3);
  private static final Lbfgs LBFGS = new Lbfgs(200, 1e-5);

  public LinearProbe {
    penalties = penalties.stream().sorted(Comparator.reverseOrder()).toList();
    if (penalties.isEmpty()) {
      throw new IllegalArgumentException("penalties: [] (expected: at least one)");
    }
    for (var penalty : penalties) {
      if (!(penalty > 0) || !Double.isFinite(penalty)) {
        throw new IllegalArgumentException("penalties: %s (expected: > 0)".formatted(penalties));
      }
    }
  }

  /// Penalties from what a hundred labels want to what a hundred thousand want.
  public static LinearProbe withSeed(long seed) {
    return new LinearProbe(List.of(1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-4), seed);
  }

  /// @param features (N, D)
  /// @param labels (N), each >= 0
  public LinearClassifier fit(float[][] features, int[] labels) {
    Rows.require("features", features, 1);
    Rows.requireLabels("labels", labels, features);
    var standardisation = Standardisation.of(features);
    var classes = Arrays.stream(labels).max().orElseThrow() + 1;
    var x = standardisation.apply(features);
    var penalty = choose(x, labels, classes);
    try (var regression = new SoftmaxRegression(x, labels, classes)) {
      var start = new double[regression.size()];
      var weights = LBFGS.minimise(regression.penalised(penalty), start);
      return new LinearClassifier(standardisation, new AffineMap(weights, classes), penalty);
    }
  }

  private double choose(float[][] x, int[] labels, int classes) {
    if (penalties.size() == 1 || x.length < 2) {
      return penalties.getFirst();
    }
    if (x.length > CHOOSING) {
      var part = Arrays.copyOf(LabelSubset.permutation(x.length, seed), CHOOSING);
      return choose(pick(x, part), pick(labels, part), classes) * CHOOSING / x.length;
    }
    var fold = Folds.of(labels, FOLDS, seed);
    var right = new int[penalties.size()];
    for (var held = 0; held < (x.length <= FEW ? FOLDS : 1); held++) {
      score(x, labels, classes, fold, held, right);
    }
    var best = 0;
    for (var p = 1; p < right.length; p++) {
      best = right[p] > right[best] ? p : best;
    }
    return penalties.get(best);
  }

  /// Adds to `right` how many rows of the fold `held` each penalty predicts.
  private void score(float[][] x, int[] labels, int classes, int[] fold, int held, int[] right) {
    var training = IntStream.range(0, fold.length).filter(i -> fold[i] != held).toArray();
    var others = IntStream.range(0, fold.length).filter(i -> fold[i] == held).toArray();
    try (var regression =
        new SoftmaxRegression(pick(x, training), pick(labels, training), classes)) {
      var weights = new double[regression.size()];
      for (var p = 0; p < penalties.size(); p++) {
        // From the strongest penalty on each solution is close to the next one.
        weights = ROUGH.minimise(regression.penalised(penalties.get(p)), weights);
        var map = new AffineMap(weights, classes);
        right[p] += (int) IntStream.of(others).filter(i -> map.predict(x[i]) == labels[i]).count();
      }
    }
  }

  private static float[][] pick(float[][] rows, int[] which) {
    return Arrays.stream(which).mapToObj(i -> rows[i]).toArray(float[][]::new);
  }

  private static int[] pick(int[] labels, int[] which) {
    return Arrays.stream(which).map(i -> labels[i]).toArray();
  }
}
