package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Card;

/// What an encoder reads of one input.
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public sealed interface Prepared {
  /// An image, normalised, `(channels, height, width)`.
  record Pixels(float[] values) implements Prepared {}

  /// A text, `(T)`, with what the tokenizer puts around it and without padding. At least one token.
  record Tokens(int[] ids) implements Prepared {}

  /// Bytes of what an encoder reads of one input, at most.
  static int bytes(Card.Input input) {
    return switch (input) {
      case Card.Pixels(_, var image) -> image.values() * Float.BYTES;
      case Card.Tokens tokens -> tokens.tokens() * Integer.BYTES;
    };
  }
}
