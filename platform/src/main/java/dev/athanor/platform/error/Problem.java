package dev.athanor.platform.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An error that a caller can act on. The message names the offender and what was expected, as in
/// `temperature: -1.0 (expected: > 0)`, and is shown to the caller as it stands.
public final class Problem extends RuntimeException {
  private static final int LONGEST_QUOTE = 120;

  private final Kind kind;
  private final @Nullable Duration retryAfter;

  private Problem(
      Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(
        message, cause, true, kind != Kind.TOO_MANY); // a full service has no time for stack traces
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /// What the caller is shown: never null, unlike a throwable's.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  public static Problem of(Kind kind, String message) {
    return new Problem(kind, message, null, null);
  }

  public static Problem of(Kind kind, String message, Throwable cause) {
    return new Problem(kind, message, null, cause);
  }

  public static Problem badRequest(String message) {
    return of(Kind.BAD_REQUEST, message);
  }

  public static Problem notFound(String message) {
    return of(Kind.NOT_FOUND, message);
  }

  public static Problem conflict(String message) {
    return of(Kind.CONFLICT, message);
  }

  public static Problem tooLarge(String message) {
    return of(Kind.TOO_LARGE, message);
  }

  public static Problem unsupported(String message) {
    return of(Kind.UNSUPPORTED_MEDIA, message);
  }

  public static Problem unprocessable(String message) {
    return of(Kind.UNPROCESSABLE, message);
  }

  /// Full for now: the caller may try again after `retryAfter`.
  public static Problem tooMany(String message, Duration retryAfter) {
    return new Problem(Kind.TOO_MANY, message, retryAfter, null);
  }

  public static Problem unavailable(String message) {
    return of(Kind.UNAVAILABLE, message);
  }

  /// Away for now: the caller may try again after `retryAfter`.
  public static Problem unavailable(String message, Duration retryAfter) {
    return new Problem(Kind.UNAVAILABLE, message, retryAfter, null);
  }

  public Kind kind() {
    return kind;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /// What a caller sent, made safe to stand in a message or a log line: control characters and
  /// halves of surrogate pairs escaped, shortened.
  public static String quote(@Nullable String sent) {
    if (sent == null) {
      return "null";
    }
    var safe = new StringBuilder("\"");
    sent.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                safe.append('\\').appendCodePoint(point);
              } else if (Character.isISOControl(point)
                  || Character.getType(point) == Character.FORMAT
                  || Character.getType(point) == Character.SURROGATE
                  || Character.getType(point) == Character.LINE_SEPARATOR
                  || Character.getType(point) == Character.PARAGRAPH_SEPARATOR) {
                safe.append("\\u").append(String.format("%04x", point));
              } else {
                safe.appendCodePoint(point);
              }
            });
    return safe.append(sent.codePointCount(0, sent.length()) > LONGEST_QUOTE ? "…\"" : "\"")
        .toString();
  }
}
