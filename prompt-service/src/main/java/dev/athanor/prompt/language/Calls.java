package dev.athanor.prompt.language;

import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.connection.Connection;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Counts what the calls under way take of the heap, all together bounded: against a slow endpoint
/// each is there for as long as the deadline.
@Component
class Calls {
  private static final int UNIT = 1024;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// What a call takes beside its body: a connection to its caller, one to the endpoint, and the
  /// buffers of both.
  private static final int CONNECTIONS = 128 << 10;

  /// Of a body there are its bytes, and the copy of them that is being sent.
  private static final int COPIES = 2;

  private final LanguageProperties properties;
  private final LongSupplier ticker;
  private final int total;
  private final Semaphore free;

  @Autowired
  Calls(LanguageProperties properties) {
    this(properties, System::nanoTime);
  }

  /// @param ticker monotonic nanoseconds
  Calls(LanguageProperties properties, LongSupplier ticker) {
    this.properties = properties;
    this.ticker = ticker;
    this.total = units(properties.bodiesBytes());
    this.free = new Semaphore(total);
  }

  /// A call that has just come; a 429 where no memory is left for it.
  Call begin(HttpServletRequest request) {
    var call = new Call(request, ticker.getAsLong() + properties.deadline().toNanos());
    call.hold(CONNECTIONS);
    return call;
  }

  /// A call under way, until it is closed. Of its request's own thread, but for the question
  /// whether its caller has gone.
  final class Call implements AutoCloseable {
    private final HttpServletRequest request;
    private final long endNanos;
    private int units;

    private Call(HttpServletRequest request, long endNanos) {
      this.request = request;
      this.endNanos = endNanos;
    }

    /// The whole body, or a 413, a 408 where it has not come before the deadline, or a 429 where no
    /// memory is left for it. Bytes count as they come, not as they are announced.
    byte[] body() {
      return Bodies.read(request, properties.bodyBytes(), this::holdBody);
    }

    /// Whether nobody waits for the answer any more. To be asked once the body was read.
    boolean isCallerGone() {
      return Connection.isGone(request);
    }

    /// Until the deadline, never negative.
    Duration remaining() {
      return Duration.ofNanos(Math.max(0, endNanos - ticker.getAsLong()));
    }

    private void holdBody(int length) {
      if (remaining().isZero()) {
        throw Problem.of(
            Kind.REQUEST_TIMEOUT,
            "body: it had not come when the deadline passed (expected: a whole body)");
      }
      hold(CONNECTIONS + (long) COPIES * length);
    }

    private void hold(long bytes) {
      int more = Math.min(total, units(bytes)) - units;
      if (!free.tryAcquire(more)) {
        throw Problem.tooMany(
            "calls: %d KiB are counted for those under way (expected: room for %d more of %d)"
                .formatted(total - free.availablePermits(), more, total),
            RETRY_AFTER);
      }
      units += more;
    }

    @Override
    public void close() {
      free.release(units);
    }
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
  }
}
