package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.GrpcCaller;
import dev.athanor.embedding.caller.HttpCaller;
import dev.athanor.embedding.deadline.Deadline;
import io.grpc.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// Reads from a request who asks and how long they wait: as long as they say, and never longer than
/// the service allows.
@Component
public final class Clients {
  private final Duration longest;

  Clients(EmbedProperties properties) {
    this.longest = properties.deadline();
  }

  public Client of(HttpServletRequest request, Protocol protocol) {
    return new Client(HttpCaller.of(request), protocol, deadline(request));
  }

  /// The client of the gRPC call that this thread works on.
  public Client ofGrpcCall(Protocol protocol) {
    var deadline = Context.current().getDeadline();
    var asked =
        deadline == null
            ? longest
            : Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    return new Client(GrpcCaller.current(), protocol, deadline(asked));
  }

  Deadline deadline(HttpServletRequest request) {
    return deadline(HttpCaller.timeout(request).orElse(longest));
  }

  private Deadline deadline(Duration asked) {
    var wait = asked.compareTo(longest) < 0 ? asked : longest;
    return Deadline.after(wait, System::nanoTime);
  }
}
