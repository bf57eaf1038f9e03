package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.encoder.Tried;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CostsTest {
  private static final long MILLISECOND = 1_000_000;

  private final Costs costs = new Costs(Duration.ofSeconds(1));

  @Test
  void aSlowFirstPassSaysLittleOfImages() {
    costs.tried("a@1", 4, new Tried(Inputs.number(1), 7 * MILLISECOND));
    assertThat(costs.ofInput("a@1")).isEqualTo(7 * MILLISECOND);
    costs.passed("a@1", 4, 1, 1, 100 * MILLISECOND);
    assertThat(costs.ofInput("a@1")).isLessThan(11 * MILLISECOND);
    for (int pass = 0; pass < 40; pass++) {
      costs.passed("a@1", 4, 8, 8, 8 * 20 * MILLISECOND);
      costs.tried("a@1", 4, new Tried(Inputs.number(1), 7 * MILLISECOND));
    }
    assertThat(costs.ofInput("a@1")).isGreaterThan(19 * MILLISECOND);
  }

  /// In proportion as two full passes, of several inputs or of one, take longer than may be waited.
  @Test
  void anInputOfASlowModelCountsForAsMuchLess() {
    var shorter = new Costs(Duration.ofMillis(450));
    shorter.passed("batches@1", 4, 4, 4, 400 * MILLISECOND);
    assertThat(shorter.ofInput("batches@1")).isEqualTo(56_250_000);
    costs.passed("slow@1", 4, 2, 2, 2000 * MILLISECOND);
    costs.passed("quick@1", 4, 4, 4, 80 * MILLISECOND);
    assertThat(costs.ofInput("slow@1")).isEqualTo(500 * MILLISECOND);
    assertThat(costs.ofInput("quick@1")).isEqualTo(20 * MILLISECOND);
  }

  @Test
  void whatTheLongestTextTookIsNotTakenForEachText() {
    costs.tried("a@1", 4, new Tried(new Prepared.Tokens(new int[512]), 100 * MILLISECOND));
    assertThat(costs.ofInput("a@1")).isZero();
  }

  @Test
  void theCheapestInputIsThatOfOneModel() {
    assertThat(costs.ofCheapestInput()).isZero();
    costs.passed("a@1", 4, 2, 2, 6 * MILLISECOND);
    costs.passed("b@1", 4, 1, 8, MILLISECOND);
    assertThat(costs.ofCheapestInput()).isEqualTo(MILLISECOND);
  }
}
