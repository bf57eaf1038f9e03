package dev.athanor.trainer.scaling;

import dev.athanor.platform.error.Problem;
import java.util.Arrays;
import java.util.Locale;

/// Which law is drawn.
enum Law {
  /// L(N, D)
  JOINT,
  /// L(N)
  PARAMETERS,
  /// L(D)
  TOKENS;

  static Law of(String word) {
    return Arrays.stream(values())
        .filter(law -> law.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "law: %s (expected: one of %s)"
                        .formatted(
                            Problem.quote(word), Arrays.stream(values()).map(Law::word).toList())));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
