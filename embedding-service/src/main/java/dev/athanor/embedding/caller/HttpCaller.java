package dev.athanor.embedding.caller;

import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// What an HTTP request says about its caller.
public final class HttpCaller {
  /// How many milliseconds the caller waits; gRPC has deadlines of its own.
  static final String TIMEOUT = "x-athanor-timeout-ms";

  private static final Pattern MILLISECONDS = Pattern.compile("[1-9][0-9]{0,8}");

  private HttpCaller() {}

  public static Caller of(HttpServletRequest request) {
    return Caller.of(
        request.getHeader(Caller.NAME),
        request.getRemoteAddr(),
        request.getHeader(Caller.PRIORITY));
  }

  /// How long the caller waits, where it says so.
  public static Optional<Duration> timeout(HttpServletRequest request) {
    var sent = request.getHeader(TIMEOUT);
    if (sent == null) {
      return Optional.empty();
    }
    if (!MILLISECONDS.matcher(sent).matches()) {
      throw Problem.badRequest(
          "%s: %s (expected: milliseconds, a whole number > 0)"
              .formatted(TIMEOUT, Problem.quote(sent)));
    }
    return Optional.of(Duration.ofMillis(Integer.parseInt(sent)));
  }
}
