package dev.athanor.embedding.index;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/indexes` as a caller uses it.
final class IndexClient implements AutoCloseable {
  private static final JsonMapper json = JsonMapper.shared();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI root;

  IndexClient(URI root) {
    this.root = root;
  }

  record Answer(int status, JsonNode body, HttpResponse<byte[]> http) {
    /// What a problem says.
    String detail() {
      return body.path("detail").asString("");
    }
  }

  Answer send(String method, String path, @Nullable String body, String... headers) {
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
          bytes.length == 0 ? json.createObjectNode() : json.readTree(bytes),
          answer);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  Answer post(String path, Object body, String... headers) {
    return send("POST", path, json.writeValueAsString(body), headers);
  }

  /// Makes an index for vectors.
  Answer create(String name, int dimensions, String similarity, String search) {
    return post(
        "/v1/indexes",
        Map.of(
            "name", name, "dimensions", dimensions, "similarity", similarity, "search", search));
  }

  Answer add(String index, List<Map<String, Object>> entries) {
    return post("/v1/indexes/" + index + "/entries", Map.of("entries", entries));
  }

  /// Adds vectors whose ids are `prefix` and their places, a thousand a call.
  void addAll(
      String index, String prefix, float[][] vectors, IntFunction<Map<String, String>> labels) {
    for (int from = 0; from < vectors.length; from += 1000) {
      var entries = new ArrayList<Map<String, Object>>();
      for (int i = from; i < Math.min(vectors.length, from + 1000); i++) {
        entries.add(entry(prefix + i, vectors[i], labels.apply(i)));
      }
      var answer = add(index, entries);
      if (answer.status() != 200) {
        throw new IllegalStateException(answer.status() + " " + answer.body());
      }
    }
  }

  static Map<String, Object> entry(String id, float[] vector, Map<String, String> labels) {
    return Map.of("id", id, "vector", vector, "labels", labels);
  }

  Answer remove(String index, Map<String, Object> which) {
    return post("/v1/indexes/" + index + "/entries/delete", which);
  }

  /// @param more `k`, `filter`, `exact` …
  Answer query(String index, float[] vector, Map<String, Object> more) {
    var query = new TreeMap<>(more);
    query.put("vector", vector);
    return post("/v1/indexes/" + index + "/query", query);
  }

  List<String> nearest(String index, float[] vector, Map<String, Object> more) {
    var answer = query(index, vector, more);
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.status() + " " + answer.body());
    }
    return ids(answer);
  }

  static List<String> ids(Answer answer) {
    return answer.body().path("neighbours").valueStream().map(it -> it.path("id").asString()).toList();
  }

  /// How many of the true neighbours were found, as a share.
  static double recall(List<String> found, List<String> wanted) {
    return (double) wanted.stream().filter(found::contains).count() / wanted.size();
  }

  static float[] vector(double... numbers) {
    var vector = new float[numbers.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) numbers[i];
    }
    return vector;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
