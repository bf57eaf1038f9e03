package dev.athanor.embedding.encoder;

/// What an encoder reads of one input.
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public sealed interface Prepared {
  /// An image, normalised, `(channels, height, width)`.
  record Pixels(float[] values) implements Prepared {}

  /// A text, `(T)`, with what the tokenizer puts around it and without padding. At least one token.
  record Tokens(int[] ids) implements Prepared {}
}
