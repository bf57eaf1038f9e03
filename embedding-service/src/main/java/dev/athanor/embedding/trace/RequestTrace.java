package dev.athanor.embedding.trace;

import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/// The trace of a request, to which other threads add what they have done for it.
public final class RequestTrace {
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Tracer tracer;
  private final TraceContext request;
  private final long offset;

  private RequestTrace(Tracer tracer, TraceContext request, long offset) {
    this.tracer = tracer;
    this.request = request;
    this.offset = offset;
  }

  static RequestTrace of(Tracer tracer, TraceContext request, Instant now, long nanoTime) {
    return new RequestTrace(
        tracer, request, now.getEpochSecond() * NANOS + now.getNano() - nanoTime);
  }

  /// The wait of the request's first input for a forward pass.
  ///
  /// @param model `name@version`
  /// @param from in monotonic nanoseconds, as [System#nanoTime] gives them; `until` too
  public void queued(String model, long from, long until) {
    end(start("queue", model, from), until);
  }

  /// A forward pass that had inputs of this request, and perhaps of others.
  ///
  /// @param inputs of the whole pass
  /// @param sharing the requests that shared it, to which the span has links
  public void inferred(
      String model, int inputs, Collection<RequestTrace> sharing, long from, long until) {
    var span = start("inference", model, from).tag("athanor.batch.size", inputs);
    sharing.stream()
        .filter(other -> other != this)
        .forEach(other -> span.addLink(new Link(other.request)));
    end(span, until);
  }

  private Span.Builder start(String name, String model, long from) {
    return tracer
        .spanBuilder()
        .setParent(request)
        .name(name)
        .tag("athanor.model", model)
        .startTimestamp(offset + from, TimeUnit.NANOSECONDS);
  }

  private void end(Span.Builder span, long until) {
    span.start().end(offset + until, TimeUnit.NANOSECONDS);
  }
}
