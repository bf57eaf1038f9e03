package dev.athanor.prompt.language;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/// Passes an endpoint's answer on as it comes, so that a streamed completion stays a stream.
@Component
class Relay implements AutoCloseable {
  private static final int BUFFER = 8192;

  private final LanguageProperties properties;
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("relay-alarms").daemon().factory());

  Relay(LanguageProperties properties) {
    this.properties = properties;
  }

  /// Status, type and body. An answer that is not through within the deadline is broken off: the
  /// JDK's client watches only for its beginning.
  ///
  /// @throws IOException where it broke off, at this end or the other
  void pass(HttpResponse<InputStream> from, HttpServletResponse to) throws IOException {
    var late = new AtomicBoolean();
    var alarm =
        alarms.schedule(
            () -> {
              late.set(true);
              close(from.body());
            },
            properties.deadline().toMillis(),
            TimeUnit.MILLISECONDS);
    try (var body = from.body()) {
      to.setStatus(from.statusCode());
      to.setContentType(
          from.headers().firstValue("Content-Type").orElse(MediaType.APPLICATION_JSON_VALUE));
      var retryAfter = from.headers().firstValue("Retry-After");
      retryAfter.ifPresent(seconds -> to.setHeader("Retry-After", seconds));
      var out = to.getOutputStream();
      var buffer = new byte[BUFFER];
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
      // A body that was closed may end like a whole one; the caller must not think so.
      if (late.get()) {
        throw new IOException(
            "the language model was not through within %d s"
                .formatted(properties.deadline().toSeconds()));
      }
    } finally {
      alarm.cancel(false);
    }
  }

  /// A failure is not handed on as a cause: an `EOFException` there is taken for a caller who left,
  /// and the answer would end like a whole one.
  private static int read(InputStream body, byte[] buffer) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException failure) {
      throw new IOException("the language model's answer broke off: " + failure);
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }
}
