package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxRegressionTest {

  private static final int CLASSES = 4;
  private static final double PENALTY = 0.03;

  /// One row more than a block, so that sums go over two.
  private final float[][] features = Samples.gaussian(Rows.BLOCK + 1, 3, 1);

  private final int[] labels = Samples.labels(features.length, CLASSES, 2);
  private final double[] at = new Random(3).doubles(4 * CLASSES, -1, 1).toArray();

  @Test
  void valueIsTheNaiveSum() {
    assertThat(value(at)).isCloseTo(naive(at), within(1e-6));
  }

  @Test
  void gradientIsTheFiniteDifference() {
    var gradient = new double[at.length];
    try (var regression = new SoftmaxRegression(features, labels, CLASSES)) {
      regression.penalised(PENALTY).value(at, gradient);
    }
    for (var i = 0; i < at.length; i++) {
      var up = at.clone();
      up[i] += 1e-5;
      var down = at.clone();
      down[i] -= 1e-5;
      assertThat(gradient[i]).isCloseTo((naive(up) - naive(down)) / 2e-5, within(1e-6));
    }
  }

  @Test
  void knowingNothingCostsTheLogarithmOfTheClasses() {
    assertThat(value(new double[at.length])).isCloseTo(Math.log(CLASSES), within(1e-12));
  }

  @Test
  void biasGoesUnpenalised() {
    var bias = new double[at.length];
    Arrays.fill(bias, 3 * CLASSES, bias.length, 100); // the same for all classes: no change
    assertThat(value(bias)).isCloseTo(Math.log(CLASSES), within(1e-5));
  }

  private double value(double[] point) {
    try (var regression = new SoftmaxRegression(features, labels, CLASSES)) {
      return regression.penalised(PENALTY).value(point, new double[point.length]);
    }
  }

  private double naive(double[] point) {
    var sum = 0.0;
    for (var i = 0; i < features.length; i++) {
      var total = 0.0;
      for (var c = 0; c < CLASSES; c++) {
        total += Math.exp(logit(point, features[i], c));
      }
      sum += Math.log(total) - logit(point, features[i], labels[i]);
    }
    var squares = Arrays.stream(point, 0, 3 * CLASSES).map(w -> w * w).sum();
    return sum / features.length + PENALTY * squares;
  }

  private static double logit(double[] point, float[] x, int c) {
    var logit = point[3 * CLASSES + c];
    for (var j = 0; j < 3; j++) {
      logit += x[j] * point[j * CLASSES + c];
    }
    return logit;
  }
}
