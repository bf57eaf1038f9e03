/// Traces: by which number a request's way through the services is found again, and what is left
/// out of them. Where spans go, and how many, say OpenTelemetry's own environment variables
/// (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_SAMPLER_ARG`); without an endpoint they go nowhere.
@NullMarked
package dev.athanor.platform.trace;

import org.jspecify.annotations.NullMarked;
