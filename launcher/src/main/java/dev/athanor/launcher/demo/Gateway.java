package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A platform's REST API, as a client uses it. An answer that is not a success becomes an exception
/// with the problem's own words.
public final class Gateway {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 5;
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration UPLOAD_PATIENCE = Duration.ofHours(2);

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;

  public Gateway(String url) {
    this.url = url;
  }

  public String url() {
    return url;
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(ask(request(path, PATIENCE).GET().build()));
  }

  /// Waits until a data set's version is ingested.
  ///
  /// @param version its path
  /// @param look is shown the version twice a second
  public JsonNode awaitReady(String version, Consumer<JsonNode> look)
      throws IOException, InterruptedException {
    return awaitReady(version, "the data set was refused", look);
  }

  /// Trains a tokenizer on a data set's version and waits until it is ready.
  ///
  /// @param version the version's document
  /// @param look is shown the tokenizer twice a second
  public JsonNode trainTokenizer(
      String name, JsonNode version, int vocabulary, Consumer<JsonNode> look)
      throws IOException, InterruptedException {
    post(
        "/v1/tokenizers",
        Map.of(
            "name",
            name,
            "dataset",
            version.path("dataset").asString(),
            "version",
            version.path("version").asInt(),
            "vocabulary",
            vocabulary));
    return awaitReady("/v1/tokenizers/" + name, "no tokenizer", look);
  }

  private JsonNode awaitReady(String path, String failed, Consumer<JsonNode> look)
      throws IOException, InterruptedException {
    while (true) {
      var found = get(path);
      look.accept(found);
      switch (found.path("state").asString()) {
        case "READY" -> {
          return found;
        }
        case "FAILED" -> throw new IOException(failed + ": " + found.path("reason").asString());
        default -> Thread.sleep(LOOK_EVERY);
      }
    }
  }

  /// Waits until an encoder's version is served: the services hear of it a moment after its run has
  /// ended.
  ///
  /// @param reference `name@version`
  public void awaitServed(String reference) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var answer =
          client.send(
              request("/v1/models/" + reference, PATIENCE).GET().build(),
              BodyHandlers.discarding());
      if (answer.statusCode() == 200) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s is not served after %d s (last answer: %d)"
                .formatted(reference, PATIENCE.toSeconds(), answer.statusCode()));
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  public byte[] bytes(String path) throws IOException, InterruptedException {
    return ask(request(path, PATIENCE).GET().build());
  }

  public JsonNode post(String path, Object body) throws IOException, InterruptedException {
    var json = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return JSON.readTree(
        send(
            request(path, PATIENCE).header("Content-Type", "application/json").POST(json).build()));
  }

  /// The same, but asked again under the same key nothing is created twice.
  ///
  /// @param key the Idempotency-Key
  public JsonNode post(String path, Object body, String key)
      throws IOException, InterruptedException {
    var json = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return JSON.readTree(
        ask(
            request(path, PATIENCE)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(json)
                .build()));
  }

  /// Sends what `stream` gives, in chunks.
  public void put(String path, InputStream stream) throws IOException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofInputStream(() -> stream);
    send(
        request(path, UPLOAD_PATIENCE)
            .header("Content-Type", "application/octet-stream")
            .PUT(body)
            .build());
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(patience);
  }

  /// Asks again where no answer comes in time: a busy machine is slow, not broken.
  private byte[] ask(HttpRequest request) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return send(request);
      } catch (HttpTimeoutException late) {
        if (attempt == ATTEMPTS) {
          throw late;
        }
      }
    }
  }

  private byte[] send(HttpRequest request) throws IOException, InterruptedException {
    var response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s %s: %d: %s"
              .formatted(
                  request.method(),
                  request.uri().getPath(),
                  response.statusCode(),
                  words(response.body())));
    }
    return response.body();
  }

  private static String words(byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8);
    try {
      return JSON.readTree(text).path("detail").asString(text);
    } catch (RuntimeException notJson) {
      return text;
    }
  }
}
