package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.EncoderVersion;
import org.jspecify.annotations.Nullable;

/// What tells encoders apart. A version published anew under the same number (a registry restored,
/// say) has other bytes.
///
/// @param id `name@version`
/// @param model of `model.onnx`, its SHA-256
/// @param tokenizer of `tokenizer.json`, its SHA-256; null where there is none
record EncoderKey(String id, String model, @Nullable String tokenizer) {
  static EncoderKey of(EncoderVersion version) {
    var tokenizer = version.tokenizer();
    return new EncoderKey(
        version.id(), version.model().sha256(), tokenizer == null ? null : tokenizer.sha256());
  }
}
