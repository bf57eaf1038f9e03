package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Kind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Counts the calls of REST that were told to come back later, whatever was full.
@Component
@Order(HttpRejections.ORDER)
final class HttpRejections extends OncePerRequestFilter {
  /// Around all that refuses.
  static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

  private final ServingMetrics metrics;

  HttpRejections(ServingMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    rest.doFilter(request, response);
    if (response.getStatus() == Kind.TOO_MANY.httpStatus()) {
      var urgency = Urgency.orInteractive(request.getHeader(Caller.PRIORITY));
      protocol(request.getRequestURI())
          .ifPresent(protocol -> metrics.rejected(protocol.label(), urgency.label()));
    }
  }

  private static Optional<Protocol> protocol(String path) {
    if (path.startsWith("/v1/models/")) {
      return Optional.of(Protocol.RAW);
    }
    if (path.equals("/v1/embeddings")) {
      return Optional.of(Protocol.OPENAI);
    }
    if (path.startsWith("/v2/")) {
      return Optional.of(Protocol.INFERENCE_REST);
    }
    return path.startsWith("/v1/indexes") ? Optional.of(Protocol.INDEX) : Optional.empty();
  }
}
