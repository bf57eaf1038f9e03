package dev.athanor.embedding.catalogue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One version of a model that can be served.
///
/// @param aliases that name this version now, sorted
/// @param cardJson the card as it was published
/// @param model `model.onnx`
/// @param tokenizer `tokenizer.json`; null exactly where the card is of images
public record EncoderVersion(
    String name,
    int version,
    Instant createdAt,
    List<String> aliases,
    Card card,
    String cardJson,
    PublishedFile model,
    @Nullable PublishedFile tokenizer) {

  /// `name@version`: how answers name who made them.
  public String id() {
    return name + "@" + version;
  }
}
