package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class HealthyBandsTest {

  @Test
  void healthyFiguresRaiseNothing() {
    assertThat(HealthyBands.breaches(new CollapseFigures(0.97, 27, 0.34, -2.9), 500, 64)).isEmpty();
    assertThat(HealthyBands.breaches(new CollapseFigures(0.97, 27, null, -2.9), 500, 64)).isEmpty();
  }

  @Test
  void everyFigureOutsideItsBandIsNamedWithItsBound() {
    assertThat(HealthyBands.breaches(new CollapseFigures(0.0241, 1.8, 1.9, -0.0022), 500, 64))
        .containsExactly(
            "std: 0.02410 (expected: >= 0.2000)",
            "rankme: 1.800 (expected: >= 2.260)",
            "alignment: 1.900 (expected: <= 1.600)",
            "uniformity: -0.002200 (expected: <= -0.1000)");
  }

  /// Before anything leaves them.
  @Test
  void everyFigureThatThereIsHasABand() {
    var both = HealthyBands.of(new CollapseFigures(0.97, 27, 0.34, -2.9), 500, 64);
    assertThat(both)
        .containsExactly(
            entry("alignment", new HealthyBand(null, 1.6)),
            entry("rankme", new HealthyBand(2.26, null)),
            entry("std", new HealthyBand(0.2, null)),
            entry("uniformity", new HealthyBand(null, -0.1)));
    assertThat(HealthyBands.of(new CollapseFigures(0.97, 27, null, -2.9), 500, 64))
        .doesNotContainKey("alignment")
        .hasSize(3);
  }

  @Test
  void theRankThatIsExpectedGrowsWithTheDimensions() {
    var figures = new CollapseFigures(0.9, 1.9, 0.3, -2);
    assertThat(HealthyBands.breaches(figures, 500, 2)).isEmpty();
    assertThat(HealthyBands.breaches(figures, 500, 128))
        .containsExactly("rankme: 1.900 (expected: >= 3.540)");
  }

  /// Ten embeddings span ten dimensions at most, whatever they are in.
  @Test
  void theRankThatIsExpectedIsNoMoreThanTheEmbeddingsCanHave() {
    assertThat(HealthyBands.breaches(new CollapseFigures(0.9, 9.9, 0.3, -2), 10, 512)).isEmpty();
    assertThat(HealthyBands.breaches(new CollapseFigures(0.9, 1.1, 0.3, -2), 10, 512))
        .containsExactly("rankme: 1.100 (expected: >= 1.180)");
  }

  @Test
  void whatIsNoNumberIsNotHealthy() {
    var figures = new CollapseFigures(Double.NaN, 20, Double.NaN, -2);
    assertThat(HealthyBands.breaches(figures, 500, 64)).hasSize(2);
  }
}
