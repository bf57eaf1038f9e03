package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import org.jspecify.annotations.Nullable;

/// What tells encoders apart. A version published anew under the same number (a registry restored,
/// say) has other bytes.
///
/// @param id `name@version`
/// @param model of `model.onnx`, its SHA-256
/// @param data of `model.onnx.data`, its SHA-256; null where there is none
/// @param tokenizer of `tokenizer.json`, its SHA-256; null where there is none
record EncoderKey(String id, String model, @Nullable String data, @Nullable String tokenizer) {
  static EncoderKey of(EncoderVersion version) {
    return new EncoderKey(
        version.id(),
        version.model().sha256(),
        sha256(version.data()),
        sha256(version.tokenizer()));
  }

  private static @Nullable String sha256(@Nullable PublishedFile file) {
    return file == null ? null : file.sha256();
  }
}
