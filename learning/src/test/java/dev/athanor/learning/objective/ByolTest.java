package dev.athanor.learning.objective;

import static dev.athanor.learning.objective.FiniteDifferences.floats;
import static dev.athanor.learning.objective.FiniteDifferences.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Parameter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ByolTest {

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void agreesWithANaiveLoop() {
    for (var pairs : new int[] {1, 2, 5, 16}) {
      var q = random(2 * pairs, 7, pairs);
      var targets = random(2 * pairs, 7, 100 + pairs);
      assertThat(loss(q, targets)).isCloseTo(naive(q, targets), within(1e-5));
    }
  }

  @Test
  void isZeroWhenPredictionsPointWhereTheOtherViewsTargetDoes() {
    var q = random(6, 4, 1);
    var targets = new double[6][4];
    for (var i = 0; i < 6; i++) {
      for (var d = 0; d < 4; d++) {
        targets[(i + 3) % 6][d] = 2.5 * q[i][d];
      }
    }
    assertThat(loss(q, targets)).isCloseTo(0, within(1e-5));
  }

  @Test
  void isFourWhenTheyAreOrthogonalAndEightWhenTheyAreOpposite() {
    var q = new double[][] {{1, 0}, {1, 0}};
    assertThat(loss(q, new double[][] {{0, 3}, {0, -2}})).isCloseTo(4, within(1e-6));
    assertThat(loss(q, new double[][] {{-1, 0}, {-5, 0}})).isCloseTo(8, within(1e-6));
  }

  @Test
  void gradientAgreesWithFiniteDifferences() {
    var q = random(8, 5, 11);
    var targets = random(8, 5, 12);
    var constant = manager.create(floats(targets));
    FiniteDifferences.check(
        manager, q, parameter -> Byol.loss(parameter, constant), moved -> naive(moved, targets));
  }

  @Test
  void targetFollowsEncoderAndProjectorButNotThePredictor() {
    var encoder = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    var byol = new Byol(new ProjectionHead(2, 16, 8), true, true, 0.99);
    var followed = names(byol.target(encoder).orElseThrow().parameters());
    assertThat(followed).contains("conv1.weight", "bn1.running_mean", "head.1.linear.bias");
    assertThat(followed).noneMatch(name -> name.startsWith("predictor."));
    assertThat(names(byol.parameters(encoder)))
        .contains("head.0.linear.weight", "predictor.0.linear.weight", "predictor.1.linear.bias");

    var bare = new Byol(new ProjectionHead(2, 16, 8), false, false, 0.99);
    assertThat(bare.target(encoder)).isEmpty();
    assertThat(names(bare.parameters(encoder))).allMatch(name -> name.startsWith("head."));
  }

  @Test
  void momentumRisesFromItsBaseToOneByACosine() {
    var average = new MovingAverage(List.of(), 0.9);
    assertThat(average.momentum(0, 100)).isEqualTo(0.9, within(1e-12));
    assertThat(average.momentum(50, 100)).isEqualTo(0.95, within(1e-12));
    assertThat(average.momentum(100, 100)).isEqualTo(1, within(1e-12));
  }

  @Test
  void refusesABaseThatIsNoMomentum() {
    assertThatThrownBy(() -> new Byol(new ProjectionHead(2, 16, 8), true, true, 1.01))
        .hasMessage("base: 1.01 (expected: >= 0 and <= 1)");
  }

  private double loss(double[][] q, double[][] targets) {
    return Byol.loss(manager.create(floats(q)), manager.create(floats(targets))).getFloat();
  }

  /// Equation 2, for both directions of every pair.
  private static double naive(double[][] q, double[][] targets) {
    var pairs = q.length / 2;
    var sum = 0.0;
    for (var i = 0; i < pairs; i++) {
      sum += squaredDistance(unit(q[i]), unit(targets[i + pairs]));
      sum += squaredDistance(unit(q[i + pairs]), unit(targets[i]));
    }
    return sum / pairs;
  }

  private static double squaredDistance(double[] a, double[] b) {
    var sum = 0.0;
    for (var d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }

  private static double[] unit(double[] row) {
    var norm = Math.sqrt(squaredDistance(row, new double[row.length]));
    var unit = new double[row.length];
    for (var d = 0; d < row.length; d++) {
      unit[d] = row[d] / norm;
    }
    return unit;
  }

  private static List<String> names(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::name).toList();
  }
}
