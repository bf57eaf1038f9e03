package dev.athanor.learning.objective;

import static dev.athanor.learning.objective.FiniteDifferences.floats;
import static dev.athanor.learning.objective.FiniteDifferences.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NtXentTest {

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void agreesWithANaiveLoop() {
    for (var temperature : new double[] {0.07, 0.2, 0.5, 1, 10}) {
      for (var pairs : new int[] {1, 2, 5, 16}) {
        var z = random(2 * pairs, 7, pairs);
        assertThat(loss(z, temperature)).isCloseTo(naive(z, temperature), within(2e-5));
      }
    }
  }

  @Test
  void isTheLogarithmOfTheCandidatesWhenAllViewsAreAlike() {
    var z = new double[12][3];
    for (var row : z) {
      row[1] = -2.5;
    }
    assertThat(loss(z, 0.3)).isCloseTo(Math.log(11), within(1e-6));
  }

  @Test
  void hasItsClosedFormWhenPairsAgreeAndAreOrthogonalToEachOther() {
    var pairs = 4;
    var z = new double[2 * pairs][pairs];
    for (var i = 0; i < 2 * pairs; i++) {
      z[i][i % pairs] = 3;
    }
    var temperature = 0.5;
    var expected = Math.log(Math.exp(1 / temperature) + 2 * pairs - 2) - 1 / temperature;
    assertThat(loss(z, temperature)).isCloseTo(expected, within(1e-6));
  }

  @Test
  void doesNotCareWhichViewComesFirstNorAboutTheLengthOfAnEmbedding() {
    var z = random(10, 4, 3);
    var swapped = new double[10][];
    var longer = new double[10][4];
    for (var i = 0; i < 10; i++) {
      swapped[i] = z[(i + 5) % 10];
      for (var d = 0; d < 4; d++) {
        longer[i][d] = (i + 1) * z[i][d];
      }
    }
    assertThat(loss(swapped, 0.2)).isCloseTo(loss(z, 0.2), within(1e-6));
    assertThat(loss(longer, 0.2)).isCloseTo(loss(z, 0.2), within(1e-6));
  }

  @Test
  void gradientAgreesWithFiniteDifferences() {
    var z = random(8, 5, 11);
    var temperature = 0.4;
    FiniteDifferences.check(
        manager, z, new NtXent(temperature)::loss, moved -> naive(moved, temperature));
  }

  @Test
  void refusesATemperatureThatIsNotPositive() {
    assertThatThrownBy(() -> new NtXent(-1))
        .hasMessage("temperature: -1.0 (expected: > 0 and <= 100)");
    assertThatThrownBy(() -> new NtXent(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NtXent(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  private double loss(double[][] z, double temperature) {
    return new NtXent(temperature).loss(manager.create(floats(z))).getFloat();
  }

  /// Algorithm 1 of the paper, word for word.
  private static double naive(double[][] z, double temperature) {
    var pairs = z.length / 2;
    var sum = 0.0;
    for (var i = 0; i < z.length; i++) {
      var partner = i < pairs ? i + pairs : i - pairs;
      var denominator = 0.0;
      for (var k = 0; k < z.length; k++) {
        if (k != i) {
          denominator += Math.exp(cosine(z[i], z[k]) / temperature);
        }
      }
      sum -= Math.log(Math.exp(cosine(z[i], z[partner]) / temperature) / denominator);
    }
    return sum / z.length;
  }

  private static double cosine(double[] a, double[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(double[] a, double[] b) {
    var sum = 0.0;
    for (var d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
