package dev.athanor.platform.idempotency;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

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

  /// The id of what a request under this key created before.
  ///
  /// @param table of such things, with `id`, `idempotency_key` and `request_sha256`
  /// @param word what one is called
  /// @param request what both requests should have had, such as `spec`
  /// @throws Problem where the key stands for another request than this one
  public Optional<String> createdBefore(
      JdbcClient jdbc, String table, String word, String request) {
    return createdBefore(
        known ->
            jdbc.sql("select request_sha256, id from %s where idempotency_key = ?".formatted(table))
                .params(known),
        (row, number) -> row.getString("id"),
        id -> word + " " + id,
        request);
  }

  /// What a request under this key created before.
  ///
  /// @param recorded finds the row of a key, with its `request_sha256`
  /// @param created reads from that row what was created
  /// @param name of what was created, such as `run 01j…`
  /// @param request what both requests should have had, such as `spec`
  /// @throws Problem where the key stands for another request than this one
  public <T> Optional<T> createdBefore(
      Function<String, StatementSpec> recorded,
      RowMapper<T> created,
      Function<T, String> name,
      String request) {
    if (key == null) {
      return Optional.empty();
    }
    return recorded
        .apply(key)
        .query(
            (row, number) -> {
              var before = created.mapRow(row, number);
              if (!row.getString("request_sha256").equals(sha256)) {
                throw Problem.conflict(
                    "Idempotency-Key: %s created %s from another %s (expected: the same %s, or another key)"
                        .formatted(Problem.quote(key), name.apply(before), request, request));
              }
              return before;
            })
        .optional();
  }
}
