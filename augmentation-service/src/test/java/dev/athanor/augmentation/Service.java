package dev.athanor.augmentation;

import dev.athanor.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service as it runs for users, on real servers, and a client of its REST API.
public final class Service implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ConfigurableApplicationContext context;
  private final URI root;
  private final HttpClient http = HttpClient.newHttpClient();

  private Service(ConfigurableApplicationContext context) {
    this.context = context;
    this.root =
        URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /// Starts an instance.
  ///
  /// @param settings `ATHANOR_…` beside those of the servers that it uses
  public static Service start(Map<String, String> settings) {
    var all = new HashMap<String, Object>(Servers.properties());
    all.putAll(settings);
    all.put("SERVER_PORT", "0");
    return new Service(
        new SpringApplicationBuilder(AugmentationApplication.class).properties(all).run());
  }

  public static Service start() {
    return start(Map.of());
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public int port() {
    return root.getPort();
  }

  public HttpResponse<String> send(String method, String path, BodyPublisher body) {
    return exchange(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Content-Type", "application/json")
            .method(method, body)
            .timeout(Duration.ofSeconds(60))
            .build(),
        BodyHandlers.ofString());
  }

  public JsonNode get(String path) {
    return JSON.readTree(send("GET", path, BodyPublishers.noBody()).body());
  }

  public HttpResponse<byte[]> getBytes(String path) {
    return exchange(HttpRequest.newBuilder(root.resolve(path)).build(), BodyHandlers.ofByteArray());
  }

  public JsonNode post(String path, String json) {
    return JSON.readTree(send("POST", path, BodyPublishers.ofString(json)).body());
  }

  /// Asks for something to be made, under an `Idempotency-Key`.
  public HttpResponse<String> post(String path, String json, String key) {
    return exchange(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(json))
            .timeout(Duration.ofSeconds(60))
            .build(),
        BodyHandlers.ofString());
  }

  public HttpResponse<String> put(String path, byte[] body) {
    return send("PUT", path, BodyPublishers.ofByteArray(body));
  }

  /// Makes a version of these files and ingests it. Returns the version's path.
  ///
  /// @param files by `split/name`
  public String upload(String dataset, Map<String, byte[]> files) {
    return upload(dataset, files, "{}");
  }

  /// @param body of the call that makes the version
  public String upload(String dataset, Map<String, byte[]> files, String body) {
    var version = post("/v1/datasets/" + dataset + "/versions", body).get("version").asInt();
    var path = "/v1/datasets/%s/versions/%d".formatted(dataset, version);
    files.forEach((name, bytes) -> put(path + "/files/" + name, bytes));
    post(path + "/ingest", "");
    return path;
  }

  /// The version's document once it is READY or FAILED.
  public JsonNode awaitEnd(String path) {
    return Awaitility.await(path)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> get(path),
            version ->
                version.get("state").asString().equals("READY")
                    || version.get("state").asString().equals("FAILED"));
  }

  /// Stops as an operator would stop it.
  @Override
  public void close() {
    context.close();
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
