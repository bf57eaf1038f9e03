package dev.athanor.embedding.creation;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import org.jspecify.annotations.Nullable;

/// A caller's `Idempotency-Key`, and what they asked for under it.
///
/// @param requestSha256 tells the same wish from another
public record Creation(String key, String requestSha256) {
  private static final int LONGEST_KEY = 200;

  /// Null where the caller sent no key.
  ///
  /// @param request what is asked for, in a form that is the same for the same wish
  public static @Nullable Creation of(@Nullable String key, byte[] request) {
    if (key == null) {
      return null;
    }
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw Problem.badRequest(
          "Idempotency-Key: %d characters (expected: 1 to %d)"
              .formatted(key.length(), LONGEST_KEY));
    }
    return new Creation(key, Sha256.hex(request));
  }

  /// A 409 where what was made under the key was asked for in other words.
  ///
  /// @param found the SHA-256 of the request that made it
  public void check(String found) {
    if (!found.equals(requestSha256)) {
      throw Problem.conflict(
          "Idempotency-Key: %s came with another request before (expected: the same request, or another key)"
              .formatted(Problem.quote(key)));
    }
  }
}
