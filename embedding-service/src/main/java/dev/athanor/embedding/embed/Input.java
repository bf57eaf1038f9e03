package dev.athanor.embedding.embed;

/// What a caller wants a vector of.
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public sealed interface Input {
  /// A file, JPEG or PNG, to be treated as the model's card says.
  record Encoded(byte[] bytes) implements Input {}

  /// What the encoder reads, `(channels, height, width)`, made by the caller. Finite.
  record Tensor(float[] values) implements Input {}
}
