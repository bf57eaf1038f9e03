package dev.athanor.platform.body;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/// Reads request bodies whole, never more of them than the caller of this class allows.
public final class Bodies {
  private Bodies() {}

  /// The body's bytes, or a 413 as soon as it is known to be longer than `limit` bytes.
  public static byte[] read(HttpServletRequest request, int limit) {
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(request.getContentLengthLong() + " bytes", limit);
    }
    byte[] body;
    try {
      body = request.getInputStream().readNBytes(limit + 1);
    } catch (IOException failure) {
      throw Problem.of(Kind.BAD_REQUEST, "body: it broke off (expected: a whole body)", failure);
    }
    if (body.length > limit) {
      throw tooLarge("more than " + limit + " bytes", limit);
    }
    return body;
  }

  private static Problem tooLarge(String found, int limit) {
    return Problem.tooLarge("body: %s (expected: at most %d bytes)".formatted(found, limit));
  }
}
