package dev.athanor.platform.body;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// Reads request bodies whole, never more of them than the caller of this class allows.
public final class Bodies {
  /// The least that memory grows by, while a body comes.
  private static final int PIECE = 16 << 10;

  private Bodies() {}

  /// The body's bytes, or a 413 as soon as it is known to be longer than `limit` bytes; a 408 where
  /// it stops coming.
  public static byte[] read(HttpServletRequest request, int limit) {
    return read(request, limit, _ -> {});
  }

  /// The same. Memory grows as the bytes come, whatever length the request announces.
  ///
  /// @param held told before each read how many bytes there is memory for by then; may throw, which
  ///   ends the reading
  public static byte[] read(HttpServletRequest request, int limit, IntConsumer held) {
    long announced = request.getContentLengthLong();
    if (announced > limit) {
      throw tooLarge(announced + " bytes", limit);
    }
    try {
      return read(request.getInputStream(), announced < 0 ? limit : (int) announced, limit, held);
    } catch (IOException failure) {
      throw brokenOff(failure);
    }
  }

  private static Problem brokenOff(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return Problem.of(
            Kind.REQUEST_TIMEOUT, "body: nothing more came (expected: a whole body)", failure);
      }
    }
    return Problem.of(Kind.BAD_REQUEST, "body: it broke off (expected: a whole body)", failure);
  }

  /// @param most bytes that can come
  private static byte[] read(InputStream from, int most, int limit, IntConsumer held)
      throws IOException {
    var body = new byte[0];
    int length = 0;
    while (length < most) {
      int room = length < body.length ? body.length : grown(length, most);
      held.accept(room);
      if (room > body.length) {
        body = Arrays.copyOf(body, room);
      }
      int read = from.read(body, length, room - length);
      if (read < 0) {
        return Arrays.copyOf(body, length);
      }
      length += read;
    }
    if (from.read() >= 0) {
      throw tooLarge("more than " + limit + " bytes", limit);
    }
    return body;
  }

  private static int grown(int length, int most) {
    return (int) Math.min(most, Math.max(PIECE, 2L * length));
  }

  private static Problem tooLarge(String found, int limit) {
    return Problem.tooLarge("body: %s (expected: at most %d bytes)".formatted(found, limit));
  }
}
