package dev.athanor.prompt.language;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// An endpoint that speaks OpenAI's protocol, or none.
@Component
@EnableConfigurationProperties(LanguageProperties.class)
class LanguageModel implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final LanguageProperties properties;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  LanguageModel(LanguageProperties properties) {
    this.properties = properties;
  }

  boolean isConfigured() {
    return properties.baseUrl() != null;
  }

  /// The endpoint's answer, whatever its status, as soon as it begins. The caller closes the body.
  HttpResponse<InputStream> post(String path, byte[] json) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json))
            .build());
  }

  HttpResponse<InputStream> get(String path) throws InterruptedException {
    return send(request(path).GET().build());
  }

  private HttpRequest.Builder request(String path) {
    var base = properties.baseUrl();
    if (base == null) {
      throw Problem.unavailable(
          "language model: none is set (expected: ATHANOR_LANGUAGE_URL, the base URL of an OpenAI-compatible API such as http://localhost:8000/v1, and if it asks for them ATHANOR_LANGUAGE_KEY and ATHANOR_LANGUAGE_MODEL, in the prompt-service's environment)");
    }
    var request =
        HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + path))
            .timeout(properties.deadline());
    if (properties.apiKey() != null) {
      request.header("Authorization", "Bearer " + properties.apiKey());
    }
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException late) {
      throw Problem.of(
          Kind.DEADLINE,
          "language model: no answer from %s within %d s"
              .formatted(request.uri(), properties.deadline().toSeconds()),
          late);
    } catch (IOException away) {
      throw Problem.of(
          Kind.UNAVAILABLE,
          "language model: %s does not answer: %s".formatted(request.uri(), away),
          away);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
