package dev.athanor.embedding.embed;

import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

/// Reads the bodies of HTTP requests, each bounded, and counts them and the messages of gRPC while
/// they are in memory, all together bounded: what waits for a place in the queue is in memory
/// already. Bytes count as they come, not as they are announced.
@Component
public final class RequestBodies {
  private static final int UNIT = 1024;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// Of JSON there are in memory its bytes, its texts, and what those are base64 of.
  private static final int JSON = 3;

  /// Of a message its bytes, and the images or tensors that are made of them.
  private static final int MESSAGE = 2;

  /// Up to so many bytes, JSON is read at once.
  private static final int SHORT = 64 << 10;

  /// What the objects of a JSON document weigh at most, a byte of it: `{},` becomes some 90 bytes.
  private static final int TREE = 32;

  /// A quarter of the heap for what is being made of long JSON documents.
  private static final int TREES = 4;

  private final int longest;
  private final int total;
  private final Semaphore free;
  private final HeapShare trees = new HeapShare(Runtime.getRuntime().maxMemory() / TREES);
  private final Clients clients;

  RequestBodies(EmbedProperties properties, Clients clients) {
    this.longest = properties.bodyBytes();
    this.total = units(properties.bodiesBytes());
    this.free = new Semaphore(total);
    this.clients = clients;
  }

  /// A body in memory, until it is closed.
  public final class Body implements AutoCloseable {
    private final int weight;
    private final Deadline deadline;
    private byte[] bytes = {};
    private int units;

    private Body(int weight, Deadline deadline) {
      this.weight = weight;
      this.deadline = deadline;
    }

    public byte[] bytes() {
      return bytes;
    }

    /// Reads JSON, which is all of the body.
    public <T> T parse(Function<byte[], T> reading) {
      return parse(bytes.length, reading);
    }

    /// Reads JSON. The objects that a long document becomes weigh many times its bytes, so long
    /// ones are read in turn, as many at a time as there is memory for.
    ///
    /// @param length of the document, which may be less than the body's
    public <T> T parse(int length, Function<byte[], T> reading) {
      if (length <= SHORT) {
        return reading.apply(bytes);
      }
      return trees.during((long) TREE * length, deadline, () -> reading.apply(bytes));
    }

    private void hold(int length) {
      if (deadline.remainingNanos() == 0) {
        throw Problem.of(
            Kind.REQUEST_TIMEOUT,
            "body: it had not come when the deadline passed (expected: a whole body)");
      }
      int more = Math.min(total, units((long) weight * length)) - units;
      if (!free.tryAcquire(more)) {
        throw full(more);
      }
      units += more;
    }

    @Override
    public void close() {
      free.release(units);
    }
  }

  /// The whole body, or a 413, a 408 where it has not come before the call's deadline, or a 429
  /// where no memory is left for it.
  public Body read(HttpServletRequest request) {
    var body = new Body(weight(request.getContentType()), clients.deadline(request));
    try {
      body.bytes = Bodies.read(request, longest, body::hold);
      return body;
    } catch (RuntimeException refused) {
      body.close();
      throw refused;
    }
  }

  /// Counts a form, whose files lie on the disk until they are read, as a body; a 429 where no
  /// memory is left for it.
  public Taken countForm(MultipartHttpServletRequest request) {
    long bytes =
        request.getMultiFileMap().values().stream()
            .flatMap(List::stream)
            .mapToLong(MultipartFile::getSize)
            .sum();
    return take(bytes);
  }

  /// Begins a call of gRPC, and counts its message until the call ends; RESOURCE_EXHAUSTED where no
  /// memory is left for it.
  ///
  /// @param bytes of the message
  public Pending during(int bytes, Supplier<Pending> begin) {
    var taken = take((long) MESSAGE * bytes);
    Pending pending;
    try {
      pending = begin.get();
    } catch (RuntimeException refused) {
      taken.close();
      throw refused;
    }
    return pending.over(taken::close);
  }

  /// What a message of a stream is counted as, in bytes, until its vectors are there.
  ///
  /// @param kept bytes of what is kept of it after that
  long weight(int message, long kept) {
    return Math.min((long) total * UNIT, (long) MESSAGE * message + kept);
  }

  /// Memory that a request has, until it is closed. Of one thread at a time.
  public final class Taken implements AutoCloseable {
    private int units;

    private Taken(int units) {
      this.units = units;
    }

    long bytes() {
      return (long) units * UNIT;
    }

    /// Gives back what is more than so many bytes.
    void keep(long bytes) {
      int kept = Math.min(units, units(bytes));
      free.release(units - kept);
      units = kept;
    }

    @Override
    public void close() {
      keep(0);
    }
  }

  /// Counts so many bytes; a 429 where no memory is left for them.
  Taken take(long bytes) {
    int units = Math.min(total, units(bytes));
    if (!free.tryAcquire(units)) {
      throw full(units);
    }
    return new Taken(units);
  }

  private Problem full(int more) {
    return Problem.tooMany(
        "body: %d KiB are counted for requests in memory (expected: room for %d more of %d)"
            .formatted(total - free.availablePermits(), more, total),
        RETRY_AFTER);
  }

  private static int weight(@Nullable String contentType) {
    return contentType != null && contentType.contains("json") ? JSON : 1;
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
  }
}
