package dev.athanor.augmentation.view;

import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.Tokenizer;

/// What is to be predicted, Devlin et al. 2018, section 3.1: each position is chosen with
/// probability `select`, on its own; of the chosen ones `mask` become the mask token, `replace`
/// become a token drawn from all that stand for text, and the rest stay as they are. Special tokens
/// are never chosen.
///
/// @param ordinary the ids that stand for text
/// @param maskToken the mask token's id
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record Masking(
    double select,
    double mask,
    double replace,
    int[] ordinary,
    int maskToken,
    Tokenizer tokenizer) {
  // What each position's draws are for. Numbers stay as they are for ever: batches are frozen by
  // them.
  private static final int DRAWS = 3;
  private static final int CHOSEN = 0;
  private static final int FATE = 1;
  private static final int OTHER = 2;

  static Masking of(MaskedTokens spec, Tokenizer tokenizer) {
    if (!(spec.getSelect() > 0 && spec.getSelect() <= 1)) {
      throw Problem.unprocessable(
          "spec.select: %s (expected: > 0, at most 1)".formatted(spec.getSelect()));
    }
    double mask = spec.getMask();
    double replace = spec.getReplace();
    if (!(mask >= 0 && replace >= 0 && mask + replace <= 1 + 1e-9)) {
      throw Problem.unprocessable(
          "spec.mask, spec.replace: %s, %s (expected: >= 0, together at most 1)"
              .formatted(mask, replace));
    }
    var token = tokenizer.mask();
    if (token == null) {
      throw Problem.unprocessable(
          "spec.tokenizer: no mask token (expected: <|mask|>, [MASK] or <mask> among its added tokens)");
    }
    return new Masking(spec.getSelect(), mask, replace, tokenizer.ordinary(), token, tokenizer);
  }

  /// Masks the first `count` ids in place, and says what was there.
  void mask(int[] ids, int count, Draws draws, int[] targets) {
    for (int i = 0; i < count; i++) {
      if (tokenizer.isSpecial(ids[i]) || !draws.happens(select, DRAWS * i + CHOSEN)) {
        continue;
      }
      targets[i] = ids[i];
      double fate = draws.unit(DRAWS * i + FATE);
      if (fate < mask) {
        ids[i] = maskToken;
      } else if (fate < mask + replace) {
        ids[i] = ordinary[draws.below(ordinary.length, DRAWS * i + OTHER)];
      }
    }
  }
}
