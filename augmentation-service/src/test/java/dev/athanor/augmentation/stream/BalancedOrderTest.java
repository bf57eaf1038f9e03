package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancedOrderTest {
  private static final int SAMPLES = 1000;

  /// 700 samples of class 0, 200 of class 1, 50 of class 2, 50 without a label.
  private static int label(long sample) {
    if (sample % 20 == 19) {
      return -1;
    }
    return sample < 737 ? 0 : sample < 947 ? 1 : 2;
  }

  private static BalancedOrder order(long seed) {
    return BalancedOrder.of(
        SAMPLES, BalancedOrderTest::label, new Permutation(SAMPLES, Mixing.hash(seed, 3)), seed);
  }

  @Test
  void theBeginningHasAsManyOfEachClass() {
    var order = order(7);
    for (int perClass : new int[] {1, 5, 40}) {
      var counts = new int[3];
      IntStream.range(0, 3 * perClass).forEach(i -> counts[label(order.at(i))]++);
      assertThat(counts).containsOnly(perClass);
    }
  }

  @Test
  void allLabelledSamplesTakePartOnce() {
    var order = order(7);
    var labelled = IntStream.range(0, SAMPLES).filter(i -> label(i) >= 0).toArray();
    assertThat(order.size()).isEqualTo(labelled.length);
    assertThat(Arrays.stream(order.samples()).sorted().toArray()).isEqualTo(labelled);
  }

  @Test
  void aSeedDrawsItsOwnOrderAgainAndAgain() {
    assertThat(order(7).samples()).isEqualTo(order(7).samples());
    assertThat(Arrays.copyOf(order(7).samples(), 30))
        .isNotEqualTo(Arrays.copyOf(order(8).samples(), 30));
  }

  @Test
  void withoutLabelsNothingTakesPart() {
    var order = BalancedOrder.of(10, sample -> -1, new Permutation(10, 1), 1);
    assertThat(order.size()).isZero();
  }
}
