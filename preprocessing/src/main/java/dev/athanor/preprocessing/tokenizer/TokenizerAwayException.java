package dev.athanor.preprocessing.tokenizer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A tokenizer whose process is at other texts, or was ended from outside. It says nothing of the
/// file or of the text: whoever asks again later may have an answer.
public final class TokenizerAwayException extends RuntimeException {
  TokenizerAwayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Never null, unlike a throwable's.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
