package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KNearestNeighboursTest {

  private static final KNearestNeighbours KNN = new KNearestNeighbours(20, 0.07);

  @Test
  void predictsAsTheNaiveVoteAcrossBlocks() {
    // More rows than a block and more queries than one round has.
    var bank = Samples.gaussian(Rows.BLOCK + 100, 6, 1);
    var labels = Samples.labels(bank.length, 5, 2);
    var queries = Samples.gaussian(1100, 6, 3);
    var predicted = KNN.predict(bank, labels, queries);
    for (var i : new int[] {0, 1, 500, 1023, 1024, 1099}) {
      var similarities = cosines(bank, queries[i]);
      var nearest = naiveNearest(similarities, 20);
      var votes = new double[5];
      nearest.forEach(row -> votes[labels[row]] += Math.exp(similarities[row] / 0.07));
      var winner = IntStream.range(0, 5).boxed().max(Comparator.comparing(c -> votes[c]));
      assertThat(predicted[i]).isEqualTo(winner.orElseThrow());
    }
  }

  @Test
  void findsTheNearestInOrder() {
    var bank = Samples.gaussian(300, 4, 4);
    var queries = Samples.gaussian(7, 4, 5);
    var found = new KNearestNeighbours(9, 1).nearest(bank, queries);
    for (var i = 0; i < queries.length; i++) {
      var similarities = cosines(bank, queries[i]);
      var expected = naiveNearest(similarities, 9);
      assertThat(found[i].rows()).containsExactly(expected.stream().mapToInt(r -> r).toArray());
      for (var j = 0; j < 9; j++) {
        assertThat((double) found[i].similarities()[j])
            .isCloseTo(similarities[expected.get(j)], within(1e-6));
      }
    }
  }

  @Test
  void ofEquallySimilarRowsTheEarlierIsNearer() {
    var bank = Samples.repeat(50, 1, 2, 3);
    var found = new KNearestNeighbours(5, 1).nearest(bank, new float[][] {{2, 4, 6}});
    assertThat(found[0].rows()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void nearNeighboursOutvoteMany() {
    float[][] bank = {{1, 0}, {0.6f, 0.8f}, {0.6f, 0.8f}, {0.6f, 0.8f}};
    int[] labels = {0, 1, 1, 1};
    float[][] query = {{1, 0}};
    assertThat(new KNearestNeighbours(4, 0.07).predict(bank, labels, query)).containsExactly(0);
    assertThat(new KNearestNeighbours(4, 100).predict(bank, labels, query)).containsExactly(1);
  }

  @Test
  void aTinyTemperatureDoesNotOverflow() {
    float[][] bank = {{0, 1}, {1, 0}, {1, 0.1f}};
    assertThat(new KNearestNeighbours(3, 1e-6).predict(bank, new int[] {0, 2, 1}, bank))
        .containsExactly(0, 2, 1);
  }

  @Test
  void separateCloudsAreToldApart() {
    var labels = Samples.labels(600, 4, 6);
    var truth = Samples.labels(200, 4, 7);
    var bank = Samples.clouds(labels, 8, 20, 8);
    var queries = Samples.clouds(truth, 8, 20, 9);
    assertThat(KNN.accuracy(bank, labels, queries, truth)).isEqualTo(1);
  }

  @Test
  void shuffledLabelsGiveChance() {
    var labels = Samples.labels(3000, 4, 10);
    var truth = Samples.labels(3000, 4, 11);
    var bank = Samples.clouds(labels, 8, 20, 12);
    var queries = Samples.clouds(truth, 8, 20, 13);
    var shuffled = Samples.labels(3000, 4, 14);
    assertThat(KNN.accuracy(bank, shuffled, queries, truth)).isCloseTo(0.25, within(0.06));
  }

  @Test
  void allRowsVoteWhereThereAreFewerThanK() {
    float[][] bank = {{1, 0}, {0, 1}, {0.1f, 1}};
    assertThat(new KNearestNeighbours(100, 10).predict(bank, new int[] {0, 1, 1}, bank))
        .containsExactly(1, 1, 1);
  }

  @Test
  void refusesWhatItCannotUse() {
    assertThatThrownBy(() -> new KNearestNeighbours(0, 1))
        .hasMessage("neighbours: 0 (expected: > 0)");
    assertThatThrownBy(() -> new KNearestNeighbours(1, 0))
        .hasMessage("temperature: 0.0 (expected: > 0)");
    assertThatThrownBy(() -> KNN.predict(new float[2][3], new int[1], new float[2][3]))
        .hasMessage("labels: 1 (expected: 2, one a row)");
    assertThatThrownBy(() -> KNN.predict(new float[2][3], new int[] {0, -1}, new float[2][3]))
        .hasMessage("labels[1]: -1 (expected: >= 0)");
    assertThatThrownBy(() -> KNN.predict(new float[2][3], new int[2], new float[2][4]))
        .hasMessage("queries[0]: 4 numbers (expected: 3)");
    assertThatThrownBy(() -> KNN.predict(new float[0][], new int[0], new float[2][4]))
        .hasMessage("bank: 0 rows (expected: at least 1)");
  }

  private static double[] cosines(float[][] bank, float[] query) {
    return Arrays.stream(bank)
        .mapToDouble(row -> dot(row, query) / Math.sqrt(dot(row, row) * dot(query, query)))
        .toArray();
  }

  private static List<Integer> naiveNearest(double[] similarities, int k) {
    return IntStream.range(0, similarities.length)
        .boxed()
        .sorted(Comparator.comparing(row -> -similarities[row]))
        .limit(k)
        .toList();
  }

  private static double dot(float[] x, float[] y) {
    var sum = 0.0;
    for (var j = 0; j < x.length; j++) {
      sum += (double) x[j] * y[j];
    }
    return sum;
  }
}
