package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenvaluesTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 64, 200})
  void secondDifferencesHaveCosines(int n) {
    var matrix = new double[n][n];
    for (var i = 0; i < n; i++) {
      matrix[i][i] = 2;
      if (i > 0) {
        matrix[i][i - 1] = -1;
      }
    }
    var expected = new double[n];
    Arrays.setAll(expected, k -> 2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)));
    assertThat(sorted(matrix)).containsExactly(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 17, 100})
  void recoversChosenEigenvaluesFromAFullMatrix(int n) {
    var expected = new double[n];
    Arrays.setAll(expected, k -> k / 3 * 1.5 - n / 4.0); // in threes, of both signs
    var matrix = new double[n][n];
    for (var k = 0; k < n; k++) {
      matrix[k][k] = expected[k];
    }
    var random = new Random(n);
    for (var i = 0; i < 3; i++) {
      reflect(matrix, random.doubles(n, -1, 1).toArray());
    }
    Arrays.sort(expected);
    assertThat(sorted(matrix)).containsExactly(expected, within(1e-10));
  }

  @Test
  void readsTheLowerTriangleAlone() {
    assertThat(sorted(new double[][] {{0, Double.NaN}, {1, 0}}))
        .containsExactly(new double[] {-1, 1}, within(1e-15));
  }

  @Test
  void equalRowsHaveOneEigenvalue() {
    var matrix = new double[5][5];
    for (var row : matrix) {
      Arrays.fill(row, 2);
    }
    assertThat(sorted(matrix)).containsExactly(new double[] {0, 0, 0, 0, 10}, within(1e-14));
  }

  @Test
  void zerosHaveZeros() {
    assertThat(sorted(new double[3][3])).containsOnly(0);
  }

  @Test
  void doesNotLoopForeverOnWhatIsNoNumber() {
    assertThatThrownBy(() -> SymmetricEigenvalues.of(new double[][] {{1, 0}, {Double.NaN, 1}}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("expected: finite numbers");
  }

  /// A becomes H A H with H = I - 2 v vᵀ / vᵀv, written out.
  private static void reflect(double[][] a, double[] v) {
    var n = v.length;
    var vv = Arrays.stream(v).map(x -> x * x).sum();
    var h = new double[n][n];
    for (var i = 0; i < n; i++) {
      for (var j = 0; j < n; j++) {
        h[i][j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / vv;
      }
    }
    var result = times(times(h, a), h);
    for (var i = 0; i < n; i++) {
      a[i] = result[i];
    }
  }

  private static double[][] times(double[][] a, double[][] b) {
    var product = new double[a.length][a.length];
    for (var i = 0; i < a.length; i++) {
      for (var j = 0; j < a.length; j++) {
        for (var k = 0; k < a.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  private static double[] sorted(double[][] matrix) {
    var values = SymmetricEigenvalues.of(matrix);
    Arrays.sort(values);
    return values;
  }
}
