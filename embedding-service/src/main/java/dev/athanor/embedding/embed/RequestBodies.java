package dev.athanor.embedding.embed;

import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/// Reads the bodies of HTTP requests, each bounded, and all that are under way bounded together:
/// what waits for a place in the queue is in memory already.
@Component
public final class RequestBodies {
  private static final int UNIT = 1024;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int longest;
  private final int total;
  private final Semaphore free;

  RequestBodies(EmbedProperties properties) {
    this.longest = properties.bodyBytes();
    this.total = units(properties.bodies().toBytes());
    this.free = new Semaphore(total);
  }

  /// A body in memory, until it is closed.
  public final class Body implements AutoCloseable {
    private final int units;
    private final byte[] bytes;

    private Body(int units, byte[] bytes) {
      this.units = units;
      this.bytes = bytes;
    }

    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void close() {
      free.release(units);
    }
  }

  /// The whole body, or a 413, or a 429 where no memory is left for it.
  public Body read(HttpServletRequest request) {
    int units = reserve(request);
    try {
      return new Body(units, Bodies.read(request, longest));
    } catch (RuntimeException refused) {
      free.release(units);
      throw refused;
    }
  }

  /// Counts a form, whose files lie on the disk until they are read, as a body; a 429 where no
  /// memory is left for it.
  public Body countForm(HttpServletRequest request) {
    return new Body(reserve(request), new byte[0]);
  }

  private int reserve(HttpServletRequest request) {
    long announced = request.getContentLengthLong();
    int units = units(announced < 0 || announced > longest ? longest : announced);
    if (!free.tryAcquire(units)) {
      throw Problem.tooMany(
          "body: %d KiB of request bodies are in memory (expected: room for %d more)"
              .formatted(total - free.availablePermits(), units),
          RETRY_AFTER);
    }
    return units;
  }

  private static int units(long bytes) {
    return Math.toIntExact((bytes + UNIT - 1) / UNIT);
  }
}
