package dev.athanor.preprocessing;

import java.util.Objects;

/// Bytes that are not an image that we take. The message names what was wrong and what was
/// expected, and may be shown to the caller as it stands.
public final class ImageException extends RuntimeException {
  public ImageException(String message) {
    super(message);
  }

  /// Never null, unlike a throwable's.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
