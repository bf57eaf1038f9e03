package dev.athanor.embedding.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.athanor.platform.error.Problem;
import java.util.Set;
import java.util.regex.Pattern;

/// Where encoders run, as the setting says it.
final class Devices {
  private static final String SETTING = "athanor.encoder.device";
  private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,2}))?");

  private Devices() {}

  /// The device, which this machine and this build have.
  ///
  /// @param setting `cpu`, `cuda` or `cuda:1`
  /// @throws IllegalStateException saying what is missing
  static Device open(String setting) {
    if (setting.equals("cpu")) {
      return Device.cpu();
    }
    var cuda = CUDA.matcher(setting);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: cpu, cuda or cuda:n)".formatted(SETTING, Problem.quote(setting)));
    }
    var digits = cuda.group(1);
    int number = digits == null ? 0 : Integer.parseInt(digits);
    requireProvider(setting, OrtEnvironment.getAvailableProviders());
    Engine.getEngine(OnnxEncoder.ENGINE); // has the runtime's environment made
    requireDevice(setting, number);
    return Device.gpu(number);
  }

  private static void requireProvider(String setting, Set<OrtProvider> providers) {
    if (!providers.contains(OrtProvider.CUDA)) {
      throw new IllegalStateException(
          "%s: %s: this build's ONNX Runtime has %s (expected: CUDA too, ./mvnw -Pcuda package)"
              .formatted(SETTING, setting, providers));
    }
  }

  /// The provider's library needs those of CUDA and cuDNN, and these a driver and a card.
  private static void requireDevice(String setting, int number) {
    try (var options = new OrtSession.SessionOptions()) {
      options.addCUDA(number);
    } catch (OrtException missing) {
      throw new IllegalStateException(
          "%s: %s cannot be used: %s (expected: an NVIDIA card, its driver, and CUDA 12 and cuDNN 9 on LD_LIBRARY_PATH; ONNX Runtime's own line above names the library)"
              .formatted(SETTING, setting, missing.getMessage()),
          missing);
    }
  }
}
