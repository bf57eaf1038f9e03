package dev.athanor.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.athanor.learning.encoder.CausalPreset;
import dev.athanor.learning.layer.Parameter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  /// The total that the paper leaves out follows from what it measured: seconds a batch of 1920
  /// sequences of 2048 tokens takes so many A100 at so many operations a second.
  @ParameterizedTest
  @CsvSource({"2240, 126e12, 60.1", "2800, 121e12, 50.2", "3360, 113e12, 44.4"})
  void megatronTuringsOperationsFollowFromItsMeasurements(
      int devices, double operationsPerSecond, double seconds) {
    var perToken = operationsPerSecond * devices * seconds / (1920 * 2048);
    assertThat(perToken * 270e9).isCloseTo(1.165e24, withPercentage(1));
  }

  /// Counts of the published weights, to the last number.
  @ParameterizedTest
  @CsvSource({"smollm-135m, 134515008", "tinyllama-1.1b, 1100048384", "llama-7b, 6738415616"})
  void openModelsAreCountedExactly(String preset, long parameters) {
    assertThat(Parameters.of(layout(preset)).total()).isEqualTo(parameters);
  }

  /// What a plan counts is what the network has.
  @ParameterizedTest
  @EnumSource
  void oursAreCountedExactly(CausalPreset preset) {
    var counted = layout(preset.title());
    var network = preset.transformer(counted.vocabulary()).languageModel();
    assertThat(Parameters.of(counted).total())
        .isEqualTo(network.parameters().stream().mapToLong(Parameter::elements).sum());
  }

  private static Layout layout(String preset) {
    var found = Presets.map().get(preset);
    assertThat(found).as(preset).isNotNull();
    return found.layout();
  }
}
