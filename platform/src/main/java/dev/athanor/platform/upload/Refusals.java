package dev.athanor.platform.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refusals of requests whose body is still on its way.
public final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  /// Beyond this a caller is answered in the middle, and may miss it.
  private static final long MOST_BYTES = 4L << 30;

  private Refusals() {}

  /// Hears a caller out before it is refused: many HTTP clients do not read an answer while they
  /// still send, and take the connection's end for a failure. A caller that asked first (`Expect:
  /// 100-continue`) has sent nothing and is answered at once.
  public static void hearOut(HttpServletRequest request) {
    if (request.getHeader("Expect") != null) {
      return;
    }
    var piece = new byte[1 << 16];
    try {
      var body = request.getInputStream();
      long heard = 0;
      for (int read = body.read(piece); read >= 0 && heard < MOST_BYTES; read = body.read(piece)) {
        heard += read;
      }
    } catch (IOException | IllegalStateException gone) {
      log.debug("a refused caller was not heard out", gone);
    }
  }
}
