package dev.athanor.embedding.index;

import dev.athanor.embedding.RestClient;
import dev.athanor.embedding.RestClient.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// `/v1/indexes` as a caller uses it.
final class IndexClient implements AutoCloseable {
  private final RestClient rest;

  IndexClient(URI root) {
    this.rest = new RestClient(root);
  }

  Answer send(String method, String path, @Nullable String body) {
    return rest.send(method, path, body);
  }

  Answer get(String path) {
    return rest.get(path);
  }

  Answer post(String path, Object body, String... headers) {
    return rest.post(path, body, headers);
  }

  /// Makes an index for vectors.
  Answer create(String name, int dimensions, String similarity, String search) {
    return post(
        "/v1/indexes",
        Map.of("name", name, "dimensions", dimensions, "similarity", similarity, "search", search));
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
    return answer
        .body()
        .path("neighbours")
        .valueStream()
        .map(it -> it.path("id").asString())
        .toList();
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
    rest.close();
  }
}
