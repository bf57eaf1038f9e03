package dev.athanor.learning.evaluation;

import java.util.Arrays;

/// What a [LinearProbe] learnt: standardised features, an affine map, the class with the largest
/// logit.
public final class LinearClassifier {

  private final Standardisation standardisation;
  private final AffineMap map;
  private final double penalty;

  LinearClassifier(Standardisation standardisation, AffineMap map, double penalty) {
    this.standardisation = standardisation;
    this.map = map;
    this.penalty = penalty;
  }

  /// The factor of ‖W‖² that the held-out labels chose.
  public double penalty() {
    return penalty;
  }

  /// The share of `features` (M, D) whose class is predicted as in `truth` (M).
  public double accuracy(float[][] features, int[] truth) {
    Rows.requireLabels("truth", truth, features);
    return Accuracy.of(predict(features), truth);
  }

  /// The class of each row of `features` (M, D). Of equal logits the lower class wins.
  public int[] predict(float[][] features) {
    Rows.require("features", features, 1);
    Rows.requireLength("features", 0, features[0], standardisation.dimensions());
    return Arrays.stream(features)
        .parallel()
        .mapToInt(row -> map.predict(standardisation.apply(row)))
        .toArray();
  }
}
