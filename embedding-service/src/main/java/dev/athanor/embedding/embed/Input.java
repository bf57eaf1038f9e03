package dev.athanor.embedding.embed;

import dev.athanor.embedding.catalogue.Card;

/// What a caller wants a vector of.
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public sealed interface Input {
  /// For encoders of images.
  sealed interface OfImage extends Input {}

  /// For encoders of texts.
  sealed interface OfText extends Input {}

  /// A file of any kind that is read, to be treated as the model's card says.
  record Encoded(byte[] bytes) implements OfImage {}

  /// What the encoder reads, `(channels, height, width)`, made by the caller. Finite.
  record Tensor(float[] values) implements OfImage {}

  /// A text, to be tokenised as the model does.
  ///
  /// @param truncate whether it is cut where it is longer than the model reads, or refused
  record Text(String text, boolean truncate) implements OfText {}

  /// A text's tokens, without what the tokenizer puts around them.
  ///
  /// @param truncate as of a text
  record Tokens(long[] ids, boolean truncate) implements OfText {}

  /// What the encoder reads, `(T)`, made by the caller with what the tokenizer puts around a text.
  record Sequence(long[] ids) implements OfText {}

  /// Whether a model that reads `expected` takes this.
  default boolean fits(Card.Input expected) {
    return switch (expected) {
      case Card.Pixels _ -> this instanceof OfImage;
      case Card.Tokens _ -> this instanceof OfText;
    };
  }

  /// As messages name it.
  default String kind() {
    return switch (this) {
      case OfImage _ -> "images";
      case Text _ -> "texts";
      case Tokens _, Sequence _ -> "tokens";
    };
  }
}
