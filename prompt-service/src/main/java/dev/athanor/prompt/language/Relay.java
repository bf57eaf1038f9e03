package dev.athanor.prompt.language;

import dev.athanor.platform.connection.WaitingCaller;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.coyote.CloseNowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;

/// Passes an endpoint's answer on as it comes, so that a streamed completion stays a stream.
final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final int BUFFER = 8192;

  private Relay() {}

  /// Status, type and body. An answer that is not through within the call's deadline is broken off,
  /// and so is one for which nobody waits any more; the endpoint sees its connection end.
  ///
  /// @throws Problem where it broke off before anything was written
  /// @throws CloseNowException where it broke off later, so that the caller's connection is cut:
  ///   whatever was written now would only make the answer look whole
  static void pass(HttpResponse<InputStream> from, HttpServletResponse to, Calls.Call call)
      throws IOException {
    try (var body = from.body()) {
      var buffer = new byte[BUFFER];
      int read = read(body, buffer, call);
      head(from, to);
      var out = to.getOutputStream();
      while (read >= 0) {
        out.write(buffer, 0, read);
        out.flush();
        read = read(body, buffer, call);
      }
    } catch (Problem broken) {
      if (to.isCommitted()) {
        log.info("{}: an answer was cut: {}", from.uri(), broken.getMessage());
        // Nothing of the reason: a broken pipe in it would be taken for the caller's.
        throw new CloseNowException("the answer was cut; the log says why");
      }
      throw broken;
    }
  }

  private static void head(HttpResponse<?> from, HttpServletResponse to) {
    to.setStatus(from.statusCode());
    to.setContentType(
        from.headers().firstValue("Content-Type").orElse(MediaType.APPLICATION_JSON_VALUE));
    var retryAfter = from.headers().firstValue("Retry-After");
    retryAfter.ifPresent(seconds -> to.setHeader("Retry-After", seconds));
  }

  /// A thread of its own waits for the endpoint, because this one has to look after its caller. It
  /// ends when the body is closed.
  ///
  /// @return how many bytes came; -1 at the end
  private static int read(InputStream body, byte[] buffer, Calls.Call call) {
    var reading =
        CompletableFuture.supplyAsync(() -> readNow(body, buffer), Thread::startVirtualThread)
            .orTimeout(call.remaining().toNanos(), TimeUnit.NANOSECONDS);
    try {
      WaitingCaller.await(reading, call::isCallerGone, () -> reading.cancel(true));
      return reading.get();
    } catch (CancellationException gone) {
      throw Problem.of(Kind.BAD_REQUEST, "connection: closed before the answer's end", gone);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof TimeoutException) {
        throw Problem.of(
            Kind.DEADLINE, "language model: it was not through when the deadline passed", failure);
      }
      throw Problem.of(
          Kind.UNAVAILABLE, "language model: its answer broke off: " + failure.getCause(), failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
  }

  private static int readNow(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException failure) {
      throw new CompletionException(failure);
    }
  }
}
