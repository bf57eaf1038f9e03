package dev.athanor.embedding.trace;

import io.micrometer.tracing.Tracer;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Finds the trace of the request that a thread works on.
@Component
public final class RequestTraces {
  private final Tracer tracer;
  private final Clock clock;

  RequestTraces(Tracer tracer, Clock clock) {
    this.tracer = tracer;
    this.clock = clock;
  }

  /// To be kept with the work; null where the request is not among those that are traced.
  public @Nullable RequestTrace current() {
    var span = tracer.currentSpan();
    return span == null || !Boolean.TRUE.equals(span.context().sampled())
        ? null
        : RequestTrace.of(tracer, span.context(), clock.instant(), System.nanoTime());
  }

  /// The work, for any thread to do later as part of the request that this thread works on.
  public <T> Supplier<T> carried(Supplier<T> work) {
    var span = tracer.currentSpan();
    return () -> {
      try (var _ = tracer.withSpan(span)) {
        return work.get();
      }
    };
  }
}
