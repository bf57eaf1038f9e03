package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import dev.athanor.embedding.Serving;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service that cannot have its device does not start.
class DeviceIT {
  @TempDir Path folder;

  @Test
  void aServiceWithoutCudaSaysAtItsStartWhatIsMissing() {
    Assumptions.assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this build has CUDA's provider (-Pcuda)");
    assertThatThrownBy(() -> start("cuda"))
        .rootCause()
        .hasMessageContaining("athanor.encoder.device: cuda: this build's ONNX Runtime has [CPU]");
    assertThatThrownBy(() -> start("gpu"))
        .rootCause()
        .hasMessage("athanor.encoder.device: \"gpu\" (expected: cpu, cuda or cuda:n)");
  }

  private void start(String device) {
    new Serving(folder, Map.of("ATHANOR_ENCODER_DEVICE", device)).close();
  }
}
