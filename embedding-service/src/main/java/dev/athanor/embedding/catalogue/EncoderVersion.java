package dev.athanor.embedding.catalogue;

import java.time.Instant;
import java.util.List;

/// One version of a model that can be served.
///
/// @param aliases that name this version now, sorted
/// @param cardJson the card as it was published
/// @param key of `model.onnx` in the bucket `athanor-models`
/// @param bytes of `model.onnx`
/// @param sha256 of `model.onnx`, 64 lower-case hexadecimal digits
public record EncoderVersion(
    String name,
    int version,
    Instant createdAt,
    List<String> aliases,
    Card card,
    String cardJson,
    String key,
    long bytes,
    String sha256) {

  /// `name@version`: how answers name who made them.
  public String id() {
    return name + "@" + version;
  }
}
