package dev.athanor.embedding.catalogue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One version of a model that can be served.
///
/// @param aliases that name this version now, sorted
/// @param cardJson the card as it was published
/// @param model `model.onnx`
/// @param data [#DATA], which has the weights of a large model; null where they are in `model.onnx`
/// @param tokenizer `tokenizer.json`; null exactly where the card is of images
/// @param memoryBytes that its trial took; 0 where it was not tried
public record EncoderVersion(
    String name,
    int version,
    Instant createdAt,
    List<String> aliases,
    Card card,
    String cardJson,
    PublishedFile model,
    @Nullable PublishedFile data,
    @Nullable PublishedFile tokenizer,
    long memoryBytes) {

  /// The only file beside `model.onnx` in which tensors of that may lie, and in a version alone
  /// that was made here.
  public static final String DATA = "model.onnx.data";

  /// `name@version`: how answers name who made them.
  public String id() {
    return name + "@" + version;
  }

  /// What it takes of memory as far as anybody knows, in bytes: its weights, or more where its
  /// trial took more. A small file can make large tensors when it is loaded, and larger ones of a
  /// batch.
  public long bytes() {
    return Math.max(model.bytes() + (data == null ? 0 : data.bytes()), memoryBytes);
  }
}
