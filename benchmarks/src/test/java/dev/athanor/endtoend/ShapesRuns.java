package dev.athanor.endtoend;

import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.demo.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Small data sets and runs through the gateway, as a client makes them.
record ShapesRuns(Gateway gateway) {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

  /// Uploads a tar and waits until it is ingested.
  JsonNode ingest(String dataset, byte[] tar) throws IOException, InterruptedException {
    return awaitIngest(upload(dataset, tar));
  }

  /// Uploads a tar and lets the ingest begin; returns the version's path.
  String upload(String dataset, byte[] tar) throws IOException, InterruptedException {
    var created = gateway.post("/v1/datasets/" + dataset + "/versions", Map.of());
    var version = "/v1/datasets/%s/versions/%d".formatted(dataset, created.path("version").asInt());
    gateway.put(version + "/files/auto/images.tar", new ByteArrayInputStream(tar));
    gateway.post(version + "/ingest", Map.of());
    return version;
  }

  JsonNode awaitIngest(String version) throws IOException, InterruptedException {
    await(version)
        .atMost(PATIENCE)
        .until(
            () -> gateway.get(version).path("state").asString(),
            Set.of("READY", "FAILED")::contains);
    return gateway.get(version);
  }

  /// A spec of a small network, with what differs from it.
  static Map<String, Object> spec(String name, String dataset, Map<String, Object> own) {
    var spec = new HashMap<String, Object>();
    spec.put("name", name);
    spec.put("dataset", dataset);
    spec.put("seed", 7);
    spec.put(
        "objective",
        Map.of(
            "kind",
            "simclr",
            "temperature",
            0.2,
            "projection",
            Map.of("layers", 2, "hidden", 64, "output", 32)));
    spec.put("encoder", Map.of("kind", "resnet", "depth", 10, "width", 8, "stem", "cifar"));
    spec.put("augmentation", Map.of("size", 32, "crop", Map.of("scale", List.of(0.3, 1.0))));
    spec.put("batch", 64);
    spec.put("optimiser", Map.of("kind", "adamw", "learningRate", 0.003, "weightDecay", 0.0001));
    spec.put("schedule", Map.of("warmupSteps", 5));
    spec.put("checkpoint", Map.of("everySteps", 10));
    spec.put(
        "evaluation",
        Map.of(
            "everyEpochs", 100, "samples", 200, "fractions", List.of(1.0), "scratch", List.of()));
    spec.putAll(own);
    return spec;
  }

  String start(Map<String, Object> spec) throws IOException, InterruptedException {
    return gateway.post("/v1/runs", spec).path("id").asString();
  }

  /// Waits until the run has done so many steps, and has not ended.
  void awaitStep(String run, long step) {
    await("run " + run + " at step " + step)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast("the run ended", () -> ended(gateway.get("/v1/runs/" + run)))
        .until(() -> gateway.get("/v1/runs/" + run).path("progress").path("step").asLong() >= step);
  }

  /// Waits until the run has succeeded.
  JsonNode finish(String run) throws IOException, InterruptedException {
    await("run " + run).atMost(PATIENCE).until(() -> ended(gateway.get("/v1/runs/" + run)));
    var finished = gateway.get("/v1/runs/" + run);
    if (!finished.path("state").asString().equals("SUCCEEDED")) {
      throw new AssertionError(finished.toString());
    }
    return finished;
  }

  private static boolean ended(JsonNode run) {
    return ENDED.contains(run.path("state").asString());
  }

  /// SHA-256 of a file of the version that the run published.
  String sha256(JsonNode finished, String file) throws IOException, InterruptedException {
    var model = finished.path("model");
    var version =
        gateway.get(
            "/v1/registry/models/%s/versions/%d"
                .formatted(model.path("name").asString(), model.path("version").asInt()));
    for (var one : version.path("files")) {
      if (one.path("name").asString().equals(file)) {
        return one.path("sha256").asString();
      }
    }
    throw new AssertionError(file + " is not among " + version.path("files"));
  }
}
