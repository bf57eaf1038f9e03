package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.trainer.peer.TrainerNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Runs and evaluations as a test's caller sees them.
final class Trained {
  private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING", "EVALUATING");

  private Trained() {}

  static String start(TrainerNode trainer, String spec) {
    var created = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return "/v1/runs/" + created.json().path("id").stringValue();
  }

  /// Another trainer in the place of `trainer`, which is stopped when the run at `path` has a
  /// checkpoint.
  static TrainerNode restarted(TrainerNode trainer, Map<String, String> settings, String path) {
    await(path)
        .atMost(Duration.ofMinutes(1))
        .until(() -> !trainer.get(path + "/checkpoints").json().path("checkpoints").isEmpty());
    trainer.close();
    var next = new TrainerNode(settings);
    assertThat(next.get(path).json().path("state").stringValue()).isEqualTo("RUNNING");
    return next;
  }

  static String evaluate(TrainerNode trainer, String request) {
    var created = trainer.post("/v1/evaluations", "application/json", request.replace('\'', '"'));
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    return "/v1/evaluations/" + created.json().path("id").stringValue();
  }

  static JsonNode end(TrainerNode trainer, String path) {
    await(path)
        .atMost(Duration.ofMinutes(3))
        .until(() -> !UNDER_WAY.contains(trainer.get(path).json().path("state").stringValue()));
    return trainer.get(path).json();
  }

  static JsonNode succeed(TrainerNode trainer, String path) {
    var ended = end(trainer, path);
    assertThat(ended.path("state").stringValue()).as(ended.toString()).isEqualTo("SUCCEEDED");
    return ended;
  }

  /// The ids of all `runs` or `evaluations`; not their states, which move while another test's end.
  static List<String> ids(TrainerNode trainer, String kind) {
    return trainer
        .get("/v1/" + kind + "?limit=200")
        .json()
        .path(kind)
        .valueStream()
        .map(each -> each.path("id").stringValue())
        .toList();
  }

  static JsonNode version(TrainerNode trainer, JsonNode run) {
    return trainer.get(versionPath(run)).json();
  }

  private static String versionPath(JsonNode run) {
    return "/v1/registry/models/%s/versions/%d"
        .formatted(run.at("/model/name").stringValue(), run.at("/model/version").asInt());
  }

  static Map<String, Tensor> weights(TrainerNode trainer, JsonNode run, Path folder)
      throws IOException, InterruptedException {
    var request = trainer.request(versionPath(run) + "/files/weights.safetensors").GET().build();
    try (var http = HttpClient.newHttpClient()) {
      var file =
          http.send(
                  request,
                  HttpResponse.BodyHandlers.ofFile(
                      folder.resolve(run.at("/model/name").stringValue() + ".safetensors")))
              .body();
      return Safetensors.read(file).tensors();
    }
  }
}
