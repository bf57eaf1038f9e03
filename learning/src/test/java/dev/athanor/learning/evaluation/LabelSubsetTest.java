package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelSubsetTest {

  @Test
  void isASubsetWithoutRepetition() {
    var subset = LabelSubset.of(1000, 0.1, 7);
    assertThat(subset).hasSize(100).doesNotHaveDuplicates();
    assertThat(Arrays.stream(subset)).allMatch(i -> i >= 0 && i < 1000);
  }

  @Test
  void aSmallerShareLiesWithinALargerOne() {
    assertThat(LabelSubset.of(1000, 0.1, 7)).startsWith(LabelSubset.of(1000, 0.01, 7));
  }

  @Test
  void theWholeIsAPermutation() {
    assertThat(LabelSubset.of(50, 1, 3))
        .containsExactlyInAnyOrder(IntStream.range(0, 50).toArray())
        .isNotEqualTo(IntStream.range(0, 50).toArray());
  }

  @Test
  void dependsOnTheSeedAloneAndForEver() {
    assertThat(LabelSubset.of(100, 0.08, 42)).containsExactly(FROZEN);
    assertThat(LabelSubset.of(100, 0.08, 43)).isNotEqualTo(FROZEN);
  }

  private static final int[] FROZEN = {87, 63, 71, 69, 81, 54, 70, 51};

  @Test
  void atLeastOneSample() {
    assertThat(LabelSubset.of(10, 0.001, 1)).hasSize(1);
  }

  @Test
  void refusesOtherShares() {
    assertThatThrownBy(() -> LabelSubset.of(0, 0.5, 1)).hasMessage("samples: 0 (expected: > 0)");
    assertThatThrownBy(() -> LabelSubset.of(10, 0, 1))
        .hasMessage("fraction: 0.0 (expected: > 0 and <= 1)");
    assertThatThrownBy(() -> LabelSubset.of(10, 1.1, 1))
        .hasMessage("fraction: 1.1 (expected: > 0 and <= 1)");
    assertThatThrownBy(() -> LabelSubset.of(10, Double.NaN, 1))
        .hasMessage("fraction: NaN (expected: > 0 and <= 1)");
  }
}
