package dev.athanor.augmentation.token;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.TokenizerException;

/// What a tokenizer, or the library that carries it out, refuses.
public final class Refusal {
  private Refusal() {}

  /// A 422 with the reason, which may quote the file and is escaped.
  ///
  /// @param before the reason: which input it was, `index: 7: `
  /// @param behind the reason: what was expected, where the reason does not say so itself
  public static Problem problem(String before, TokenizerException refused, String behind) {
    return Problem.of(
        Kind.UNPROCESSABLE, before + Problem.quote(refused.getMessage()) + behind, refused);
  }
}
