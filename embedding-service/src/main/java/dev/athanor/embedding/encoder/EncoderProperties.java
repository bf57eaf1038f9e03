package dev.athanor.embedding.encoder;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How encoders are held.
///
/// @param folder where fetched `model.onnx` files stay, named by their SHA-256
/// @param loaded how many encoders may be in memory at once
/// @param memory how many bytes the `model.onnx` files of those may have together
/// @param threads of ONNX Runtime for one batch; batches of several callers run side by side anyway
@ConfigurationProperties("athanor.encoder")
record EncoderProperties(Path folder, int loaded, DataSize memory, int threads) {
  EncoderProperties {
    check("loaded", loaded);
    check("threads", threads);
  }

  private static void check(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "athanor.encoder.%s: %d (expected: >= 1)".formatted(field, value));
    }
  }
}
