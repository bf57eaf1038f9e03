package dev.athanor.platform.trace;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// Traces for every service.
@AutoConfiguration
@Import(TracedProblems.class)
public class TraceConfiguration {
  private static final String PROBES = "/actuator";

  @Bean
  TraceIds traceIds(Tracer tracer) {
    return new TraceIds(tracer);
  }

  /// Probes and scrapes come every few seconds, for ever, and tell nothing.
  @Bean
  SpanExportingPredicate withoutProbes() {
    return span -> !span.getTags().getOrDefault("uri", "").startsWith(PROBES);
  }
}
