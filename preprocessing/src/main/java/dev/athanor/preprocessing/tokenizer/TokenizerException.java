package dev.athanor.preprocessing.tokenizer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file that is no tokenizer that we take, a text that one cannot spell, or documents that none
/// can be trained on. The message names what was wrong and what was expected; it may quote the
/// file, so whoever shows it escapes it.
public final class TokenizerException extends RuntimeException {
  public TokenizerException(String message) {
    this(message, null);
  }

  TokenizerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Never null, unlike a throwable's.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
