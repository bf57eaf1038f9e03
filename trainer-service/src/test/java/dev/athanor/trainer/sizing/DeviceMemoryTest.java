package dev.athanor.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.trainer.sizing.Compute.Recompute;
import dev.athanor.trainer.sizing.Training.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMemoryTest {

  /// Sixteen bytes a parameter, and every parameter once.
  @ParameterizedTest
  @ValueSource(strings = {"clm-0.5m", "smollm-135m", "gpt-3-175b", "gopher-280b", "palm-540b"})
  void oneDeviceHoldsEveryParameter(String preset) {
    var layout = layout(preset);
    var total = (double) Parameters.of(layout).total();
    for (var precision : Precision.values()) {
      var memory = DeviceMemory.of(layout, training(1, precision, Recompute.NONE, 1, 1));
      assertThat(memory.weights() + memory.gradients() + memory.optimiser()).isEqualTo(16 * total);
    }
  }

  /// Korthikanti et al. 2022, equation 2, less what it counts for dropout: s·b·h (8 + 24/t +
  /// 2·a·s/(h·t)) bytes a layer.
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void activationsAreThoseOfThePaper(int tensor) {
    var layout = layout("gpt-3-175b");
    var memory = DeviceMemory.of(layout, training(4, Precision.MIXED, Recompute.NONE, tensor, 1));
    double s = 2048;
    double h = 12_288;
    double a = 96;
    var perLayer = s * 4 * h * (8 + 24.0 / tensor + 2 * a * s / (h * tensor));
    var logits = 4 * s * 50_257 * 4 / tensor;
    assertThat(memory.activations()).isCloseTo(96 * perLayer + logits, within(1e-9 * perLayer));
  }

  /// Two bytes for each layer's input, and one layer's activations.
  @Test
  void recomputationKeepsInputs() {
    var layout = layout("gpt-3-175b");
    var none = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.NONE, 1, 1));
    var full = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.FULL, 1, 1));
    var logits = 2048.0 * 50_257 * 4;
    var oneLayer = (none.activations() - logits) / 96;
    assertThat(full.activations())
        .isCloseTo(96 * 2.0 * 2048 * 12_288 + oneLayer + logits, within(1.0));
    assertThat(full.weights()).isEqualTo(none.weights());
  }

  /// Three layers a stage, as Smith et al. 2022 trained it: 35 stages of 8 devices, on 80 GB.
  @Test
  void megatronTuringFitsTheDevicesThatItWasTrainedOn() {
    var layout = layout("mt-nlg-530b");
    var memory = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.FULL, 8, 35));
    assertThat(memory.stage()).isEqualTo("first");
    assertThat(memory.total()).isBetween(20e9, 80e9);
    var alone = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.FULL, 1, 1));
    assertThat(alone.total()).isGreaterThan(8e12);
  }

  /// A multi-query key head cannot be split, so every device has it.
  @Test
  void sharedKeysLieOnEveryDevice() {
    var layout = layout("palm-540b");
    var one = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.NONE, 1, 1));
    var twelve = DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.NONE, 12, 1));
    var keys = 118 * 2.0 * 18_432 * 256;
    var norms = 119 * 18_432.0;
    assertThat(twelve.weights() / 2)
        .isCloseTo((one.weights() / 2 - keys - norms) / 12 + keys + norms, within(1.0));
  }

  @Test
  void refusesDegreesThatDoNotFit() {
    var layout = layout("clm-0.5m");
    assertThatThrownBy(
            () -> DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.NONE, 3, 1)))
        .hasMessage("tensor: 3 (expected: a divisor of heads, which are 4)");
    assertThatThrownBy(
            () -> DeviceMemory.of(layout, training(1, Precision.MIXED, Recompute.NONE, 1, 6)))
        .hasMessage("pipeline: 6 (expected: <= layers, which are 5)");
  }

  private static Training training(
      int microBatch, Precision precision, Recompute recompute, int tensor, int pipeline) {
    return new Training(
        1e9, 64 * microBatch, microBatch, precision, recompute, 1, tensor, pipeline, 312e12, 0.4);
  }

  private static Layout layout(String preset) {
    var found = Presets.map().get(preset);
    assertThat(found).as(preset).isNotNull();
    return found.layout();
  }
}
