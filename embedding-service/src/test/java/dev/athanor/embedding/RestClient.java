package dev.athanor.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service's REST API as a caller uses it.
public final class RestClient implements AutoCloseable {
  private static final JsonMapper json = JsonMapper.shared();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI root;

  public RestClient(URI root) {
    this.root = root;
  }

  public record Answer(int status, JsonNode body, HttpResponse<byte[]> http) {
    /// What a problem says.
    public String detail() {
      return body.path("detail").asString("");
    }
  }

  public Answer send(String method, String path, @Nullable String body, String... headers) {
    var request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, UTF_8));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      var bytes = answer.body();
      return new Answer(
          answer.statusCode(),
          isJson(answer) ? json.readTree(bytes) : json.createObjectNode(),
          answer);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static boolean isJson(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").contains("json");
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, Object body, String... headers) {
    return send("POST", path, json.writeValueAsString(body), headers);
  }

  /// A file as it is.
  public HttpResponse<byte[]> bytes(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(60)).build(),
          BodyHandlers.ofByteArray());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
