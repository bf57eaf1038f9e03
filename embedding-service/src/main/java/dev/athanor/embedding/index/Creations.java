package dev.athanor.embedding.index;

import dev.athanor.platform.error.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Reads an `Idempotency-Key`.
final class Creations {
  private static final int LONGEST_KEY = 200;

  private Creations() {}

  /// @param request what is asked for, in a form that is the same for the same wish
  static IndexRows.@Nullable Creation of(@Nullable String key, byte[] request) {
    if (key == null) {
      return null;
    }
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw Problem.badRequest(
          "Idempotency-Key: %d characters (expected: 1 to %d)"
              .formatted(key.length(), LONGEST_KEY));
    }
    try {
      var sha256 = MessageDigest.getInstance("SHA-256").digest(request);
      return new IndexRows.Creation(key, HexFormat.of().formatHex(sha256));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
