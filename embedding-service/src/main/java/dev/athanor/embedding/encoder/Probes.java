package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Inputs on which an encoder is tried before anybody may use it.
///
/// @param company encoded alone and together
/// @param longest encoded alone; the most that a caller can ask for
record Probes(List<? extends Prepared> company, Prepared longest) {
  /// Tokens of the longer text that a short one is encoded beside.
  private static final int BESIDE = 32;

  /// @param tokenizer null where the input is images
  /// @throws IllegalStateException where the tokenizer leaves no room for a text
  static Probes of(Card.Input input, @Nullable Tokenizer tokenizer) {
    return switch (input) {
      case Card.Pixels(_, var image) -> {
        var black = new Prepared.Pixels(new float[image.values()]);
        yield new Probes(List.of(black, black, black), black);
      }
      case Card.Tokens tokens -> of(tokens, Objects.requireNonNull(tokenizer, "tokenizer"));
    };
  }

  private static Probes of(Card.Tokens input, Tokenizer tokenizer) {
    int room = tokenizer.room(input.tokens());
    if (room < 1) {
      throw new IllegalStateException(
          "input.tokens: %d (expected: at least %d, for what %s puts around a text and a token)"
              .formatted(input.tokens(), input.tokens() - room + 1, Card.Tokens.TOKENIZER));
    }
    var shorter = text(tokenizer, 1, input.tokens());
    var longer = text(tokenizer, Math.min(room, BESIDE), input.tokens());
    return new Probes(List.of(shorter, longer, shorter), text(tokenizer, room, input.tokens()));
  }

  /// The highest id and the lowest in turn, so that a table of embeddings that is too small for the
  /// tokenizer is found.
  private static Prepared text(Tokenizer tokenizer, int length, int most) {
    var ids = IntStream.range(0, length).map(i -> i % 2 * (tokenizer.vocabulary() - 1)).toArray();
    return new Prepared.Tokens(tokenizer.sequence(ids, most));
  }
}
