package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {
  @Test
  void theProcessorIsAlwaysThere() {
    assertThat(Devices.open("cpu")).isEqualTo(Device.cpu());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:1"})
  void aBuildWithoutCudaSaysHowToGetOne(String setting) {
    Assumptions.assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this build has CUDA's provider (-Pcuda)");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.open(setting))
        .withMessage(
            "athanor.encoder.device: %s: this build's ONNX Runtime has [CPU] (expected: CUDA too, ./mvnw -Pcuda package)"
                .formatted(setting));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "CUDA", "cuda:100"})
  void otherWordsAreRefused(String setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.open(setting))
        .withMessage(
            "athanor.encoder.device: \"%s\" (expected: cpu, cuda or cuda:n)".formatted(setting));
  }
}
