package dev.athanor.embedding.embed;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerAwayException;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.time.Duration;

/// Makes of texts and tokens what one model's encoder reads.
record Texts(Card.Tokens card, Tokenizer tokenizer) {
  /// In UTF-16 units: several times what any encoder reads, and what is cut off was tokenised too.
  private static final int LONGEST = 1 << 18;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// @param index of the input in its call, for messages
  /// @return (T), with what the tokenizer puts around a text
  int[] ids(int index, Input.OfText input) {
    return switch (input) {
      case Input.Text(var text, var truncate) -> {
        check(index, text);
        yield framed("texts[%d]".formatted(index), spelt(index, text), truncate);
      }
      case Input.Tokens(var ids, var truncate) ->
          framed("tokens[%d]".formatted(index), checked(index, ids, false), truncate);
      case Input.Sequence(var ids) -> sequence(index, ids);
    };
  }

  private int[] spelt(int index, String text) {
    try {
      return tokenizer.ids(text);
    } catch (TokenizerException refused) { // its message may quote the file
      throw Problem.of(
          Kind.UNPROCESSABLE,
          "texts[%d]: %s".formatted(index, Problem.quote(refused.getMessage())),
          refused);
    } catch (TokenizerAwayException away) {
      throw Problem.unavailable("texts[%d]: %s".formatted(index, away.getMessage()), RETRY_AFTER);
    }
  }

  private static void check(int index, String text) {
    if (text.isEmpty()) {
      throw Problem.badRequest("texts[%d]: empty (expected: a text)".formatted(index));
    }
    if (text.length() > LONGEST) {
      throw Problem.badRequest(
          "texts[%d]: %d characters (expected: at most %d)"
              .formatted(index, text.length(), LONGEST));
    }
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (Character.getType(text.codePointAt(at)) == Character.SURROGATE) {
        throw Problem.badRequest(
            "texts[%d]: half a surrogate pair at character %d (expected: Unicode)"
                .formatted(index, at));
      }
    }
  }

  /// @param ids without what the tokenizer puts around a text
  private int[] framed(String field, int[] ids, boolean truncate) {
    if (ids.length == 0) {
      throw Problem.badRequest("%s: no tokens (expected: at least one)".formatted(field));
    }
    int room = tokenizer.room(card.tokens());
    if (ids.length > room && !truncate) {
      throw Problem.badRequest(
          "%s: %d tokens (expected: at most %d; truncate cuts it)"
              .formatted(field, ids.length, room));
    }
    return tokenizer.sequence(ids, card.tokens());
  }

  private int[] sequence(int index, long[] ids) {
    if (ids.length < 1 || ids.length > card.tokens()) {
      throw Problem.badRequest(
          "tokens[%d]: %d tokens (expected: 1 to %d)".formatted(index, ids.length, card.tokens()));
    }
    return checked(index, ids, true);
  }

  private int[] checked(int index, long[] ids, boolean special) {
    var checked = new int[ids.length];
    for (int t = 0; t < ids.length; t++) {
      if (ids[t] < 0 || ids[t] >= tokenizer.vocabulary()) {
        throw Problem.badRequest(
            "tokens[%d][%d]: %d (expected: 0 to %d)"
                .formatted(index, t, ids[t], tokenizer.vocabulary() - 1));
      }
      checked[t] = (int) ids[t];
      if (!special && tokenizer.isSpecial(checked[t])) {
        throw Problem.badRequest(
            "tokens[%d][%d]: %d, %s, is special (expected: a token of text, from 0 to %d)"
                .formatted(
                    index,
                    t,
                    ids[t],
                    Problem.quote(tokenizer.token(checked[t])),
                    tokenizer.vocabulary() - 1));
      }
    }
    return checked;
  }
}
