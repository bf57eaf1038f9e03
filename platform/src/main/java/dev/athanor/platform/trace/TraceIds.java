package dev.athanor.platform.trace;

import io.micrometer.tracing.Tracer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/// The number of the trace that a thread works on. A request has one whether or not its spans are
/// exported, and the log lines about it carry it.
public final class TraceIds {
  /// The member of problem details.
  static final String MEMBER = "traceId";

  private final Tracer tracer;

  TraceIds(Tracer tracer) {
    this.tracer = tracer;
  }

  /// 32 hexadecimal digits.
  public Optional<String> current() {
    return Optional.ofNullable(tracer.currentSpan())
        .map(span -> span.context().traceId())
        .filter(id -> !id.isEmpty());
  }

  /// Lets a caller who reports a problem say by which number it is found; other bodies are left as
  /// they are.
  public void mark(@Nullable Object body) {
    if (body instanceof ProblemDetail problem) {
      current().ifPresent(id -> problem.setProperty(MEMBER, id));
    }
  }
}
