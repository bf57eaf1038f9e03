package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CollapseFiguresTest {

  @Test
  void oneVectorForEverythingIsACollapse() {
    var collapsed = Samples.repeat(100, 3, -1, 0.5f, 7);
    var figures = CollapseFigures.of(collapsed, collapsed);
    assertThat(figures.std()).isCloseTo(0, within(1e-6));
    assertThat(figures.rankMe()).isCloseTo(1, within(1e-6));
    assertThat(figures.alignment()).isCloseTo(0, within(1e-6));
    assertThat(figures.uniformity()).isCloseTo(0, within(1e-6));
  }

  @Test
  void zerosAreACollapseToo() {
    var figures = CollapseFigures.of(new float[10][4]);
    assertThat(figures).isEqualTo(new CollapseFigures(0, 1, null, 0));
  }

  @Test
  void anIsotropicGaussianIsSpreadOverAllDimensions() {
    var figures =
        CollapseFigures.of(Samples.gaussian(20_000, 32, 1), Samples.gaussian(20_000, 32, 2));
    assertThat(figures.std()).isCloseTo(1, within(0.01));
    assertThat(figures.rankMe()).isCloseTo(32, within(0.1));
    assertThat(figures.alignment()).isCloseTo(2, within(0.02));
    // E exp(-2 ‖x - y‖²) = exp(-4) E exp(4 xᵀy), and xᵀy has mean 0 and variance 1/32.
    assertThat(figures.uniformity()).isCloseTo(-4 + 16 / 2.0 / 32, within(0.05));
  }

  @Test
  void rankMeIsTheEntropyOfTheSingularValues() {
    float[][] diagonal = {{3, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    var p = new double[] {3 / 6.0, 2 / 6.0, 1 / 6.0};
    var entropy = 0.0;
    for (var x : p) {
      entropy -= x * Math.log(x);
    }
    assertThat(CollapseFigures.of(diagonal).rankMe()).isCloseTo(Math.exp(entropy), within(1e-9));
  }

  @Test
  void rankMeCountsTheDimensionsOfASubspace() {
    var embeddings = new float[300][20];
    for (var i = 0; i < embeddings.length; i++) {
      var along = i % 3 * 5;
      embeddings[i][along] = 2;
      embeddings[i][along + 1] = -1;
    }
    assertThat(CollapseFigures.of(embeddings).rankMe()).isCloseTo(3, within(1e-9));
  }

  @Test
  void rankMeLooksAtEveryBlockOfRows() {
    var embeddings = Samples.repeat(Rows.BLOCK + 1, 1, 0);
    embeddings[Rows.BLOCK] = new float[] {0, (float) Math.sqrt(Rows.BLOCK)};
    assertThat(CollapseFigures.of(embeddings).rankMe()).isCloseTo(2, within(1e-6));
  }

  @Test
  void alignmentAndUniformityOfSingleVectors() {
    float[][] first = {{5, 0}, {0, 2}};
    float[][] second = {{-1, 0}, {3, 0}};
    var figures = CollapseFigures.of(first, second);
    assertThat(figures.alignment()).isCloseTo((4 + 2) / 2.0, within(1e-6));
    assertThat(figures.uniformity()).isCloseTo(-2 * 2, within(1e-6));
  }

  @Test
  void uniformityIsTheNaiveMeanOverPairs() {
    var embeddings = Samples.gaussian(40, 5, 3);
    var sum = 0.0;
    for (var i = 0; i < 40; i++) {
      for (var j = 0; j < 40; j++) {
        sum += i == j ? 0 : Math.exp(-2 * squaredDistance(embeddings[i], embeddings[j]));
      }
    }
    assertThat(CollapseFigures.of(embeddings).uniformity())
        .isCloseTo(Math.log(sum / (40 * 39)), within(1e-6));
  }

  @Test
  void uniformitySamplesEvenlyFromRowsSortedByClass() {
    var embeddings = new float[4 * CollapseFigures.UNIFORMITY_SAMPLE][];
    for (var i = 0; i < embeddings.length; i++) {
      embeddings[i] = i < embeddings.length / 2 ? new float[] {1, 0} : new float[] {0, 1};
    }
    // Half of the pairs are equal, half are √2 apart.
    var expected = Math.log((1 + Math.exp(-4)) / 2);
    assertThat(CollapseFigures.of(embeddings).uniformity()).isCloseTo(expected, within(1e-3));
  }

  @Test
  void theLengthOfEmbeddingsDoesNotMatterWhereTheSphereIsMeant() {
    var first = Samples.gaussian(50, 6, 4);
    var second = Samples.gaussian(50, 6, 5);
    var longer = Samples.gaussian(50, 6, 4);
    for (var row : longer) {
      for (var j = 0; j < row.length; j++) {
        row[j] *= 8;
      }
    }
    assertThat(CollapseFigures.of(longer, second)).isEqualTo(CollapseFigures.of(first, second));
  }

  @Test
  void refusesWhatHasNoFigures() {
    assertThatThrownBy(() -> CollapseFigures.of(new float[1][4]))
        .hasMessage("embeddings: 1 rows (expected: at least 2)");
    assertThatThrownBy(() -> CollapseFigures.of(new float[][] {{1, 2}, {1}}))
        .hasMessage("embeddings[1]: 1 numbers (expected: 2)");
    assertThatThrownBy(() -> CollapseFigures.of(new float[][] {{1, 2}, {1, Float.NaN}}))
        .hasMessage("embeddings[1][1]: NaN (expected: a finite number)");
    assertThatThrownBy(() -> CollapseFigures.of(new float[3][2], new float[2][2]))
        .hasMessage("second: 2 rows (expected: 3)");
    assertThatThrownBy(() -> CollapseFigures.of(new float[2][2], new float[3][2]))
        .hasMessage("second: 3 rows (expected: 2)");
  }

  private static double squaredDistance(float[] x, float[] y) {
    var dot = 0.0;
    var xx = 0.0;
    var yy = 0.0;
    for (var j = 0; j < x.length; j++) {
      dot += (double) x[j] * y[j];
      xx += (double) x[j] * x[j];
      yy += (double) y[j] * y[j];
    }
    return 2 - 2 * dot / Math.sqrt(xx * yy);
  }
}
