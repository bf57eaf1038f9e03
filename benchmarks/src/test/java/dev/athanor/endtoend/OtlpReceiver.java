package dev.athanor.endtoend;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/// A collector of traces: takes OTLP over HTTP, and keeps every span.
final class OtlpReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();

  /// @param service that the span is of
  record Received(String service, Span span) {
    String name() {
      return span.getName();
    }

    String trace() {
      return hex(span.getTraceId());
    }

    String id() {
      return hex(span.getSpanId());
    }

    String parent() {
      return hex(span.getParentSpanId());
    }

    Span.SpanKind kind() {
      return span.getKind();
    }

    private static String hex(ByteString bytes) {
      return HexFormat.of().formatHex(bytes.toByteArray());
    }
  }

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /// As OpenTelemetry's settings have it: without the path.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Waits until so many spans of a trace have come.
  List<Received> await(String trace, int count) {
    return Awaitility.await(count + " spans of " + trace)
        .atMost(PATIENCE)
        .until(() -> of(trace), found -> found.size() >= count);
  }

  List<Received> of(String trace) {
    return spans.stream().filter(one -> one.trace().equals(trace)).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      for (var resource : request.getResourceSpansList()) {
        for (var scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(one -> spans.add(new Received(service(resource), one)));
        }
      }
      var answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    }
  }

  private static String service(ResourceSpans spans) {
    return spans.getResource().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
