package dev.athanor.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The counting against what papers say about their own models; docs/plans.md names the tables.
class PublishedModelsTest {

  @ParameterizedTest
  @CsvSource({
    // preset, parameters, operations, whether those include the recomputed forward pass
    "gpt-3-175b, 174.6e9, 3.14e23, none",
    "gopher-280b, 280e9, 6.31e23, full",
    "mt-nlg-530b, 530e9, 1.165e24, full",
    "palm-540b, 540.35e9, 2.5272e24, none"
  })
  void giantsAreAsLargeAndAsDearAsPublished(
      String preset, double parameters, double operations, String recompute) {
    var estimate =
        Question.answer(
            Map.of(
                "preset",
                List.of(preset),
                "recompute",
                List.of(recompute),
                "precision",
                List.of("mixed")));
    assertThat((double) estimate.parameters().total()).isCloseTo(parameters, withPercentage(2));
    var counted = estimate.operations();
    assertThat(recompute.equals("full") ? counted.hardware() : counted.model())
        .isCloseTo(operations, withPercentage(10));
  }

  /// The total that the paper leaves out follows from what it measured: 2240 A100 at 126 teraFLOP/s
  /// take 60.1 s for a batch of 1920 sequences of 2048 tokens.
  @Test
  void megatronTuringsOperationsFollowFromItsMeasurements() {
    var perToken = 126e12 * 2240 * 60.1 / (1920 * 2048);
    assertThat(perToken * 270e9).isCloseTo(1.165e24, withPercentage(0.1));
  }

  /// Counts of the published weights, to the last number.
  @ParameterizedTest
  @CsvSource({"smollm-135m, 134515008", "tinyllama-1.1b, 1100048384", "llama-7b, 6738415616"})
  void openModelsAreCountedExactly(String preset, long parameters) {
    assertThat(Parameters.of(layout(preset)).total()).isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "clm-0.5m, 0.5e6",
    "clm-1m, 1e6",
    "clm-3m, 3e6",
    "clm-10m, 10e6",
    "clm-30m, 30e6",
    "clm-100m, 100e6"
  })
  void oursAreAsLargeAsTheirNames(String preset, double parameters) {
    assertThat((double) Parameters.of(layout(preset)).total())
        .isCloseTo(parameters, withPercentage(20))
        .isGreaterThanOrEqualTo(0.5e6);
  }

  private static Layout layout(String preset) {
    var found = Presets.map().get(preset);
    assertThat(found).as(preset).isNotNull();
    return found.layout();
  }
}
