package dev.athanor.augmentation.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.athanor.platform.error.Problem;

/// What a sample is for.
public enum Split {
  TRAIN("train"),
  TEST("test");

  private final String word;

  Split(String word) {
    this.word = word;
  }

  @JsonValue
  public String word() {
    return word;
  }

  /// Reads `train` or `test`; anything else is a 400.
  @JsonCreator
  public static Split of(String word) {
    for (var split : values()) {
      if (split.word.equals(word)) {
        return split;
      }
    }
    throw Problem.badRequest("split: %s (expected: train or test)".formatted(Problem.quote(word)));
  }
}
