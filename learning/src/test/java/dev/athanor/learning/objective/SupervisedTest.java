package dev.athanor.learning.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.engine.Torch;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisedTest {

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheMeanNegativeLogLikelihoodOfTheLabels() {
    var logits = manager.create(new float[][] {{1, 2, 3}, {0, -1, 4}});
    var labels = manager.create(new long[] {2, 0});
    var first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
    var second = Math.log(1 + Math.exp(-1) + Math.exp(4));
    assertThat((double) new Supervised(3).loss(logits, labels).getFloat())
        .isCloseTo((first + second) / 2, within(1e-6));
  }

  @Test
  void isTheLogarithmOfTheClassesWhenTheNetworkKnowsNothing() {
    var logits = manager.zeros(new Shape(5, 10));
    var labels = manager.create(new long[] {0, 3, 9, 9, 1});
    assertThat((double) new Supervised(10).loss(logits, labels).getFloat())
        .isCloseTo(Math.log(10), within(1e-6));
  }

  @Test
  void gradientAgreesWithFiniteDifferences() {
    var labels = new int[] {2, 0, 1, 2, 2};
    var constant = manager.create(Arrays.stream(labels).asLongStream().toArray());
    FiniteDifferences.check(
        manager,
        FiniteDifferences.random(5, 3, 21),
        logits -> new Supervised(3).loss(logits, constant),
        logits -> naive(logits, labels));
  }

  /// The mean of -log softmax at the label.
  private static double naive(double[][] logits, int[] labels) {
    var sum = 0.0;
    for (var i = 0; i < logits.length; i++) {
      var exponentials = Arrays.stream(logits[i]).map(Math::exp).sum();
      sum -= Math.log(Math.exp(logits[i][labels[i]]) / exponentials);
    }
    return sum / logits.length;
  }

  @Test
  void refusesASingleClass() {
    assertThatThrownBy(() -> new Supervised(1)).hasMessage("classes: 1 (expected: >= 2)");
  }
}
