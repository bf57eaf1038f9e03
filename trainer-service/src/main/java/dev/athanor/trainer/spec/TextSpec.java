package dev.athanor.trainer.spec;

import dev.athanor.platform.name.Names;
import org.jspecify.annotations.Nullable;

/// How texts become rows of tokens.
///
/// @param tokenizer its name
/// @param context tokens that the encoder reads at most; null for the encoder's usual number
public record TextSpec(String tokenizer, @Nullable Integer context) {
  private static final int LONGEST = 1 << 15;

  public TextSpec {
    Checks.present("tokenizer", tokenizer);
    Names.check("tokenizer", tokenizer);
    Checks.that(
        context == null || (context >= 2 && context <= LONGEST),
        "context",
        context,
        "from 2 to " + LONGEST);
  }

  /// The same with a context, where it has none.
  TextSpec sized(int otherwise) {
    return context == null ? new TextSpec(tokenizer, otherwise) : this;
  }
}
