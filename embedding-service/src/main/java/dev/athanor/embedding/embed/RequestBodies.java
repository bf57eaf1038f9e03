package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.HttpCaller;
import dev.athanor.embedding.caller.Share;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

/// Reads the bodies of HTTP requests, each bounded, and counts them and the messages of gRPC while
/// they are in memory, all together bounded: what waits for a place in the queue is in memory
/// already. Bytes count as they come, not as they are announced.
///
/// Callers share the memory ([Share]), whatever their class; a caller's only request may have all
/// that is free.
@Component
public final class RequestBodies {
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
  private final Share memory;
  private final HeapShare trees = new HeapShare(Runtime.getRuntime().maxMemory() / TREES);
  private final Clients clients;

  RequestBodies(EmbedProperties properties, Clients clients) {
    this.longest = properties.bodyBytes();
    this.memory = new Share(properties.bodiesBytes());
    this.clients = clients;
  }

  /// A body in memory, until it is closed.
  public final class Body implements AutoCloseable {
    private final int weight;
    private final Deadline deadline;
    private final Taken taken;
    private byte[] bytes = {};

    private Body(int weight, Deadline deadline, Caller caller) {
      this.weight = weight;
      this.deadline = deadline;
      this.taken = new Taken(caller);
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
      taken.more(Math.min(memory.total(), (long) weight * length) - taken.bytes());
    }

    @Override
    public void close() {
      taken.close();
    }
  }

  /// The whole body, or a 413, a 408 where it has not come before the call's deadline, or a 429
  /// where no memory is left for it.
  public Body read(HttpServletRequest request) {
    var body =
        new Body(
            weight(request.getContentType()), clients.deadline(request), HttpCaller.of(request));
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
    return take(HttpCaller.of(request), bytes);
  }

  /// What a message of gRPC is counted as, in bytes, until its vectors are there.
  ///
  /// @param kept bytes of what is kept of it after that
  static long weight(int message, long kept) {
    return (long) MESSAGE * message + kept;
  }

  /// Memory that a request has, until it is closed.
  public final class Taken implements AutoCloseable {
    private final Caller caller;
    private long bytes;

    private Taken(Caller caller) {
      this.caller = new Caller(caller.name(), Urgency.INTERACTIVE);
    }

    long bytes() {
      synchronized (memory) {
        return bytes;
      }
    }

    /// Takes so many bytes more, or as many as there are in all; a 429 where they are not left.
    void more(long wanted) {
      synchronized (memory) {
        long more = Math.min(wanted, memory.total() - bytes);
        boolean alone = memory.held(caller) == bytes;
        if (more > (alone ? memory.free() : memory.room(caller))) {
          throw full(more);
        }
        memory.take(caller, more);
        bytes += more;
      }
    }

    /// Gives back what is more than so many bytes.
    void keep(long most) {
      synchronized (memory) {
        long rest = Math.max(0, bytes - most);
        memory.giveBack(caller, rest);
        bytes -= rest;
      }
    }

    @Override
    public void close() {
      keep(0);
    }
  }

  /// Counts so many bytes; a 429 where no memory is left for them.
  Taken take(Caller caller, long bytes) {
    var taken = new Taken(caller);
    taken.more(bytes);
    return taken;
  }

  private Problem full(long more) {
    return Problem.tooMany(
        "body: %d bytes are counted for requests in memory (expected: room for %d more of %d, which callers share)"
            .formatted(memory.total() - memory.free(), more, memory.total()),
        RETRY_AFTER);
  }

  private static int weight(@Nullable String contentType) {
    return contentType != null && contentType.contains("json") ? JSON : 1;
  }
}
