package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearProbeTest {

  private static final LinearProbe PROBE = LinearProbe.withSeed(5);

  private final int[] labels = Samples.labels(400, 4, 1);
  private final int[] truth = Samples.labels(2000, 4, 2);
  private final float[][] features = Samples.clouds(labels, 8, 12, 3);
  private final float[][] queries = Samples.clouds(truth, 8, 12, 4);

  @Test
  void separateCloudsAreToldApart() {
    assertThat(PROBE.fit(features, labels).accuracy(queries, truth)).isEqualTo(1);
  }

  @Test
  void shuffledLabelsGiveChance() {
    // Overlapping clouds: of separate ones a probe gets each cloud all right or all wrong.
    var overlapping = Samples.clouds(labels, 8, 1, 3);
    var shuffled = Samples.labels(400, 4, 6);
    assertThat(PROBE.fit(overlapping, shuffled).accuracy(Samples.clouds(truth, 8, 1, 4), truth))
        .isCloseTo(0.25, within(0.06));
    assertThat(PROBE.fit(overlapping, labels).accuracy(Samples.clouds(truth, 8, 1, 4), truth))
        .isGreaterThan(0.4);
  }

  @Test
  void theSameSeedGivesTheSamePredictions() {
    var noisy = Samples.clouds(labels, 8, 1, 7);
    var first = PROBE.fit(noisy, labels);
    var second = PROBE.fit(noisy, labels);
    assertThat(second.penalty()).isEqualTo(first.penalty());
    assertThat(second.predict(queries)).isEqualTo(first.predict(queries));
  }

  @Test
  void neitherOffsetNorScaleOfAColumnMatters() {
    var moved = moved(features);
    var expected = PROBE.fit(features, labels).predict(queries);
    assertThat(PROBE.fit(moved, labels).predict(moved(queries))).isEqualTo(expected);
  }

  /// Powers of two, so that no rounding differs.
  private static float[][] moved(float[][] rows) {
    return Arrays.stream(rows)
        .map(
            row -> {
              var moved = row.clone();
              for (var j = 0; j < moved.length; j++) {
                moved[j] *= j % 2 == 0 ? 1024 : 0.0625f;
              }
              return moved;
            })
        .toArray(float[][]::new);
  }

  @Test
  void constantColumnsSayNothing() {
    var constant = Samples.repeat(400, 0.1f, 1e6f, 0);
    var majority = labels.clone();
    Arrays.fill(majority, 0, 250, 2);
    assertThat(PROBE.fit(constant, majority).predict(new float[][] {{0.1f, 1e6f, 0}, {5, -5, 5}}))
        .containsExactly(2, 2);
  }

  @Test
  void oneClassIsAllThatItKnows() {
    var all = new int[400];
    Arrays.fill(all, 3);
    assertThat(PROBE.fit(features, all).predict(queries)).containsOnly(3);
  }

  @Test
  void oneLabelIsEnough() {
    assertThat(PROBE.fit(new float[][] {{1, 2}}, new int[] {1}).predict(new float[][] {{3, 4}}))
        .containsExactly(1);
  }

  @Test
  void classesThatTrainingLacksAreWrong() {
    var unknown = new int[2000];
    Arrays.fill(unknown, 9);
    assertThat(PROBE.fit(features, labels).accuracy(queries, unknown)).isZero();
  }

  @Test
  void refusesWhatItCannotUse() {
    assertThatThrownBy(() -> new LinearProbe(List.of(), 1))
        .hasMessage("penalties: [] (expected: at least one)");
    assertThatThrownBy(() -> new LinearProbe(List.of(0.1, 0.0), 1))
        .hasMessage("penalties: [0.1, 0.0] (expected: > 0)");
    assertThatThrownBy(() -> PROBE.fit(features, truth))
        .hasMessage("labels: 2000 (expected: 400, one a row)");
    var classifier = PROBE.fit(features, labels);
    assertThatThrownBy(() -> classifier.predict(new float[1][7]))
        .hasMessage("features[0]: 7 numbers (expected: 8)");
    assertThatThrownBy(() -> classifier.accuracy(queries, labels))
        .hasMessage("truth: 400 (expected: 2000, one a row)");
  }
}
