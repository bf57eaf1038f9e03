package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordClassifierTest {

  private static final List<String> DOCUMENTS =
      List.of("The cat and the dog", "a CAT, a cat; naïve!", "dog 42 x", "the end");

  /// tf × (ln((1 + n) / (1 + df)) + 1), by loops over words and documents.
  @Test
  void weighsWordsAsThePlainLoopsDo() {
    var words = List.of("42", "and", "cat", "dog", "end", "naïve", "the");
    List<List<String>> split =
        List.of(
            List.of("the", "cat", "and", "the", "dog"),
            List.of("cat", "cat", "naïve"),
            List.of("dog", "42"),
            List.of("the", "end"));

    var tfIdf = TfIdf.of(DOCUMENTS);
    var rows = tfIdf.apply(DOCUMENTS);

    assertThat(tfIdf.columns().keySet()).containsExactlyElementsOf(words);
    for (var d = 0; d < split.size(); d++) {
      var expected = new double[words.size()];
      var squares = 0.0;
      for (var w = 0; w < words.size(); w++) {
        var times = 0;
        for (var word : split.get(d)) {
          times += word.equals(words.get(w)) ? 1 : 0;
        }
        var containing = 0;
        for (var document : split) {
          containing += document.contains(words.get(w)) ? 1 : 0;
        }
        expected[w] = times * (Math.log(5.0 / (1 + containing)) + 1);
        squares += expected[w] * expected[w];
      }
      for (var w = 0; w < words.size(); w++) {
        assertThat(dense(rows.get(d), words.size())[w])
            .as("%s in document %d", words.get(w), d)
            .isCloseTo(expected[w] / Math.sqrt(squares), within(1e-12));
      }
    }
  }

  @Test
  void knowsNothingOfWordsThatItNeverSaw() {
    var row = TfIdf.of(DOCUMENTS).apply(List.of("unheard of")).getFirst();
    assertThat(row.columns()).isEmpty();
  }

  /// The sparse sum is the dense one.
  @Test
  void theRegressionIsTheDenseOne() {
    var random = new Random(5);
    var dense = new float[12][6];
    var sparse = new ArrayList<SparseRow>();
    var labels = new int[12];
    for (var n = 0; n < 12; n++) {
      labels[n] = n % 3;
      var columns = random.ints(0, 6).distinct().limit(3).sorted().toArray();
      var values = new double[3];
      for (var j = 0; j < 3; j++) {
        dense[n][columns[j]] = random.nextFloat() - 0.5f;
        values[j] = dense[n][columns[j]];
      }
      sparse.add(new SparseRow(columns, values));
    }
    var at = random.doubles(21).toArray();
    var gradient = new double[21];
    var value = new SparseRegression(sparse, labels, 6, 3, 0.01).value(at, gradient);
    try (var regression = new SoftmaxRegression(dense, labels, 3)) {
      var expected = new double[21];
      assertThat(value).isCloseTo(regression.penalised(0.01).value(at, expected), within(1e-6));
      assertThat(gradient).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void theGradientIsTheSlope() {
    var rows = TfIdf.of(DOCUMENTS).apply(DOCUMENTS);
    var regression = new SparseRegression(rows, new int[] {0, 0, 1, 1}, 7, 2, 0.1);
    var at = new Random(3).doubles(regression.size()).toArray();
    var gradient = new double[at.length];
    regression.value(at, gradient);
    for (var i = 0; i < at.length; i++) {
      var up = at.clone();
      var down = at.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      var slope =
          (regression.value(up, new double[at.length])
                  - regression.value(down, new double[at.length]))
              / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void tellsTopicsApartByTheirWords() {
    var topics = List.of("cat dog horse cow", "ship sail anchor mast", "oven bread salt soup");
    var random = new Random(1);
    var texts = new ArrayList<String>();
    var labels = IntStream.range(0, 90).map(i -> i % 3).toArray();
    for (var label : labels) {
      var words = topics.get(label).split(" ");
      texts.add("the %s of %s".formatted(words[random.nextInt(4)], words[random.nextInt(4)]));
    }

    var classifier = WordClassifier.fit(texts, labels, 7);

    assertThat(classifier.accuracy(texts, labels)).isEqualTo(1);
    assertThat(classifier.predict(List.of("a Mast!", "two cows and a cow"))).containsExactly(1, 0);
    var again = WordClassifier.fit(texts, labels, 7);
    assertThat(again.predict(topics)).isEqualTo(classifier.predict(topics));
  }

  @Test
  void refusesLabelsThatDoNotFit() {
    assertThatThrownBy(() -> WordClassifier.fit(List.of("a"), new int[2], 1))
        .hasMessage("labels: 2 (expected: 1, one a text, and at least one)");
  }

  private static double[] dense(SparseRow row, int width) {
    var dense = new double[width];
    Arrays.setAll(dense, i -> 0);
    for (var j = 0; j < row.columns().length; j++) {
      dense[row.columns()[j]] = row.values()[j];
    }
    return dense;
  }
}
