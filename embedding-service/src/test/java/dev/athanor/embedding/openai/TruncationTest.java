package dev.athanor.embedding.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TruncationTest {
  @Test
  void theFirstNumbersAtUnitLength() {
    float[][] rows = {{3, 4, 12}, {0, 0, 5}};
    assertThat(Truncation.unitRows(rows, 2)).isDeepEqualTo(new float[][] {{0.6f, 0.8f}, {0, 0}});
    assertThat(Truncation.unitRows(rows, 3)[1]).containsExactly(0, 0, 1);
    assertThat(rows[0]).containsExactly(3, 4, 12);
  }
}
