package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {

  private static final Lbfgs LBFGS = new Lbfgs(200, 1e-9);

  @Test
  void findsTheBottomOfALongValley() {
    var scales = new double[] {1, 10, 1000, 0.01};
    var at =
        LBFGS.minimise(
            (x, gradient) -> {
              var value = 0.0;
              for (var i = 0; i < x.length; i++) {
                value += scales[i] * (x[i] - i) * (x[i] - i);
                gradient[i] = 2 * scales[i] * (x[i] - i);
              }
              return value;
            },
            new double[] {5, 5, 5, 5});
    assertThat(at).containsExactly(new double[] {0, 1, 2, 3}, within(1e-6));
  }

  @Test
  void followsTheBendOfRosenbrocksFunction() {
    var at =
        LBFGS.minimise(
            (x, gradient) -> {
              var bend = x[1] - x[0] * x[0];
              gradient[0] = -2 * (1 - x[0]) - 400 * bend * x[0];
              gradient[1] = 200 * bend;
              return (1 - x[0]) * (1 - x[0]) + 100 * bend * bend;
            },
            new double[] {-1.2, 1});
    assertThat(at).containsExactly(new double[] {1, 1}, within(1e-7));
  }

  @Test
  void leavesItsStartAlone() {
    var start = new double[] {3};
    LBFGS.minimise(LbfgsTest::parabola, start);
    assertThat(start).containsExactly(3);
  }

  @Test
  void staysAtTheMinimum() {
    assertThat(LBFGS.minimise(LbfgsTest::parabola, new double[] {1})).containsExactly(1);
  }

  @Test
  void stopsWhereRoundingHidesTheSlope() {
    // Values in steps of 1e-3 with an honest gradient: no step can be seen to pay near the bottom.
    var at =
        LBFGS.minimise(
            (x, gradient) -> Math.rint(parabola(x, gradient) * 1000) / 1000, new double[] {4});
    assertThat(at[0]).isCloseTo(1, within(0.1));
  }

  @Test
  void stopsAfterTheGivenIterations() {
    var calls = new int[1];
    new Lbfgs(3, 0)
        .minimise(
            (x, gradient) -> {
              calls[0]++;
              gradient[0] = Math.exp(x[0]);
              return Math.exp(x[0]);
            },
            new double[] {0});
    assertThat(calls[0]).isBetween(4, 40);
  }

  private static double parabola(double[] x, double[] gradient) {
    gradient[0] = 2 * (x[0] - 1);
    return (x[0] - 1) * (x[0] - 1);
  }
}
