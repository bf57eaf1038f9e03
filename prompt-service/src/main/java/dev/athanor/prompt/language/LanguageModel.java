package dev.athanor.prompt.language;

import dev.athanor.platform.connection.WaitingCaller;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// An endpoint that speaks OpenAI's protocol, or none.
@Component
@EnableConfigurationProperties(LanguageProperties.class)
class LanguageModel implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final LanguageProperties properties;

  /// HTTP/1.1, because of a request that offers HTTP/2 over a connection without TLS, as this
  /// client's do by default, vLLM and others on uvicorn lose the body.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  LanguageModel(LanguageProperties properties) {
    this.properties = properties;
  }

  boolean isConfigured() {
    return properties.baseUrl() != null;
  }

  /// The endpoint's answer, whatever its status, as soon as it begins. Whoever asks closes the
  /// body.
  HttpResponse<InputStream> post(String path, BodyPublisher json, Calls.Call call) {
    return send(request(path, call).header("Content-Type", "application/json").POST(json), call);
  }

  HttpResponse<InputStream> get(String path, Calls.Call call) {
    return send(request(path, call).GET(), call);
  }

  private HttpRequest.Builder request(String path, Calls.Call call) {
    var base = properties.baseUrl();
    if (base == null) {
      throw Problem.unavailable(
          "language model: none is set (expected: ATHANOR_LANGUAGE_URL, the base URL of an OpenAI-compatible API such as http://localhost:8000/v1, and if it asks for them ATHANOR_LANGUAGE_KEY and ATHANOR_LANGUAGE_MODEL, in the prompt-service's environment)");
    }
    var remaining = call.remaining();
    var request =
        HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + path))
            .timeout(remaining.isZero() ? Duration.ofNanos(1) : remaining);
    if (properties.apiKey() != null) {
      request.header("Authorization", "Bearer " + properties.apiKey());
    }
    return request;
  }

  /// To cancel is to cut the connection, by which the endpoint knows that it need not go on.
  private HttpResponse<InputStream> send(HttpRequest.Builder built, Calls.Call call) {
    var request = built.build();
    var sending = client.sendAsync(request, BodyHandlers.ofInputStream());
    try {
      WaitingCaller.await(sending, call::isCallerGone, () -> sending.cancel(true));
      return sending.get();
    } catch (CancellationException gone) {
      throw Problem.of(Kind.BAD_REQUEST, "connection: closed before the answer", gone);
    } catch (ExecutionException failure) {
      throw problem(request.uri(), failure.getCause());
    } catch (InterruptedException stopping) {
      sending.cancel(true);
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
  }

  private Problem problem(URI asked, @Nullable Throwable failure) {
    if (failure instanceof HttpTimeoutException late
        && !(failure instanceof HttpConnectTimeoutException)) {
      return Problem.of(
          Kind.DEADLINE,
          "language model: no answer from %s within %d s"
              .formatted(asked, properties.deadline().toSeconds()),
          late);
    }
    return Problem.unavailable("language model: %s does not answer: %s".formatted(asked, failure));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
