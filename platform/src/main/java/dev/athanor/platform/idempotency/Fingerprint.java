package dev.athanor.platform.idempotency;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What tells one request from another that came under the same Idempotency-Key.
///
/// @param key the caller's, null where there is none
/// @param sha256 of the request, in hexadecimal
public record Fingerprint(@Nullable String key, String sha256) {
  private static final int LONGEST_KEY = 200;

  /// @param key the caller's Idempotency-Key, if any
  /// @param request in a form that does not depend on how it was laid out
  public static Fingerprint of(@Nullable String key, String request) {
    checkKey(key);
    return new Fingerprint(key, Sha256.hex(request));
  }

  /// Refuses a key that is blank or too long.
  ///
  /// @param key the caller's Idempotency-Key, if any
  public static void checkKey(@Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw Problem.badRequest(
          "Idempotency-Key: %d characters (expected: 1 to %d)"
              .formatted(key.length(), LONGEST_KEY));
    }
  }

  /// Refuses where the key stands for another request than this one.
  ///
  /// @param recorded hash of the request that came first
  /// @param created what that made, such as `run 01j…`
  /// @param request what both should have been, such as `spec`
  public void requireSame(String recorded, String created, String request) {
    if (!recorded.equals(sha256)) {
      throw Problem.conflict(
          "Idempotency-Key: %s created %s from another %s (expected: the same %s, or another key)"
              .formatted(Problem.quote(key), created, request, request));
    }
  }

  private record Creation(String requestSha256, String id) {}

  /// The id of what a request under this key created before.
  ///
  /// @param table of such things, with `id`, `idempotency_key` and `request_sha256`
  /// @param word what one is called
  /// @param request what both requests should have had, such as `spec`
  /// @throws Problem where the key stands for another request than this one
  public Optional<String> createdBefore(
      JdbcClient jdbc, String table, String word, String request) {
    if (key == null) {
      return Optional.empty();
    }
    return jdbc.sql(
            "select request_sha256, id from %s where idempotency_key = :key".formatted(table))
        .param("key", key)
        .query(Creation.class)
        .optional()
        .map(
            creation -> {
              requireSame(creation.requestSha256(), word + " " + creation.id(), request);
              return creation.id();
            });
  }
}
