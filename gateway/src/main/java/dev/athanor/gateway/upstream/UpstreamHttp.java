package dev.athanor.gateway.upstream;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Sends requests to services. Each is timed until the head of its answer, is a span within that of
/// the request that it is sent for, and carries that span's number (`traceparent`), so that the
/// service's own spans continue the trace.
@Component
public class UpstreamHttp {
  private final HttpClient http;
  private final ObservationRegistry registry;

  UpstreamHttp(HttpClient http, ObservationRegistry registry) {
    this.http = http;
    this.registry = registry;
  }

  public <T> HttpResponse<T> send(
      Upstream upstream, HttpRequest.Builder request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    var observation = begin(upstream, request);
    try {
      var answer = http.send(request.build(), handler);
      end(observation, answer, null);
      return answer;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      end(observation, null, failure);
      throw failure;
    }
  }

  /// To cancel the answer is to cut the connection.
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      Upstream upstream, HttpRequest.Builder request, BodyHandler<T> handler) {
    var observation = begin(upstream, request);
    var sending = http.sendAsync(request.build(), handler);
    sending.whenComplete((answer, failure) -> end(observation, answer, failure));
    return sending;
  }

  private Observation begin(Upstream upstream, HttpRequest.Builder request) {
    var context =
        new RequestReplySenderContext<HttpRequest.Builder, HttpResponse<?>>(
            (builder, name, value) -> Objects.requireNonNull(builder).setHeader(name, value));
    context.setCarrier(request);
    context.setRemoteServiceName(upstream.service());
    return Observation.createNotStarted("http.client.requests", () -> context, registry)
        .contextualName("to " + upstream.service())
        .lowCardinalityKeyValue("service", upstream.service())
        .start();
  }

  private static void end(
      Observation observation, @Nullable HttpResponse<?> answer, @Nullable Throwable failure) {
    observation.lowCardinalityKeyValue(
        "status", answer == null ? "none" : Integer.toString(answer.statusCode()));
    if (failure != null) {
      observation.error(failure);
    }
    observation.stop();
  }
}
