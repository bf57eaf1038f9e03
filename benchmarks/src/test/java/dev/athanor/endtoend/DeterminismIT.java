package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.demo.ShapesArchive;
import dev.athanor.launcher.process.Service;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.platform.store.ObjectStore;
import io.minio.MinioClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Same seed, same weights, to the bit: whatever number of augmenters there is, and whoever is
/// killed on the way. Augmenter, trainer and broker are separate processes.
class DeterminismIT {
  private static final int STEPS = 40;

  private static RunningPlatform platform;
  private static ShapesRuns runs;
  private static JsonNode undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    platform =
        new RunningPlatform(
                Map.of("ATHANOR_TRAINER_LEASE_TTL", "4s", "ATHANOR_DATASETS_LEASE", "4s"),
                Service.AUGMENTATION) // tens of thousands of images are decoded, coded and hashed
            .start(Service.GATEWAY, Service.AUGMENTATION, Service.TRAINER);
    runs = new ShapesRuns(platform.gateway());
    var tar = new ByteArrayOutputStream();
    new ShapesArchive(1, 1000, 200).writeTo(tar);
    assertThat(runs.ingest("shapes", tar.toByteArray()).path("state").asString())
        .isEqualTo("READY");
    undisturbed = runs.finish(start("undisturbed"));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void theSameSeedGivesTheSameWeights() throws Exception {
    var again = runs.finish(start("again"));

    assertSame(again);
  }

  @Test
  void anotherSeedGivesOtherWeights() throws Exception {
    var spec = ShapesRuns.spec("other", "shapes", Map.of("seed", 8, "training", steps()));

    var other = runs.finish(runs.start(spec));

    assertThat(runs.sha256(other, "weights.safetensors"))
        .isNotEqualTo(runs.sha256(undisturbed, "weights.safetensors"));
  }

  @Test
  void twoAugmentersOfWhichOneIsKilledGiveTheSameWeights() throws Exception {
    var second = platform.another(Service.AUGMENTATION, "augmentation-service-2");
    var run = start("two-augmenters");
    runs.awaitStep(run, STEPS / 4);
    RunningPlatform.kill(second);

    assertSame(runs.finish(run));
  }

  @Test
  void aKilledTrainerGoesOnExactly() throws Exception {
    var run = start("killed-trainer");
    runs.awaitStep(run, STEPS / 3);
    platform.kill(Service.TRAINER);
    platform.start(Service.TRAINER);
    var finished = runs.finish(run);

    assertSame(finished);
    assertThat(lastFence(finished)).as("fence").isGreaterThan(lastFence(undisturbed));
  }

  /// Nothing of a version can be seen before it is whole, and whoever takes over a killed ingest
  /// ends with the same shards.
  @Test
  void aKilledIngestEndsWithTheSameShards() throws Exception {
    var tar = new ByteArrayOutputStream();
    new ShapesArchive(2, 12_000, 1_000).writeTo(tar);
    var whole = runs.ingest("ingest-whole", tar.toByteArray());

    var version = runs.upload("ingest-killed", tar.toByteArray());
    await(version)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .failFast("it is whole already", () -> state(version).equals("READY"))
        .until(() -> runs.gateway().get(version).at("/progress/samples").asLong() > 0);
    platform.kill(Service.AUGMENTATION);
    assertThat(store().stat("athanor-datasets", "ingest-killed/1/manifest.json")).isEmpty();
    platform.start(Service.AUGMENTATION);

    assertThat(runs.awaitIngest(version).path("splits")).isEqualTo(whole.path("splits"));
    assertThat(shards("ingest-killed")).isNotEmpty().isEqualTo(shards("ingest-whole"));
  }

  private static String state(String version) throws IOException, InterruptedException {
    return runs.gateway().get(version).path("state").asString();
  }

  private static JsonNode shards(String dataset) {
    var manifest = store().get("athanor-datasets", dataset + "/1/manifest.json");
    return JsonMapper.shared().readTree(manifest).path("shards");
  }

  private static String start(String name) throws IOException, InterruptedException {
    return runs.start(ShapesRuns.spec(name, "shapes", Map.of("training", steps())));
  }

  private static Map<String, Object> steps() {
    return Map.of("steps", STEPS);
  }

  /// The published weights, and every tensor of the last checkpoint: weights, batch-norm
  /// statistics, moments and step counts.
  private static void assertSame(JsonNode finished) throws IOException, InterruptedException {
    assertThat(lastCheckpoint(finished)).isEqualTo(lastCheckpoint(undisturbed));
    assertThat(runs.sha256(finished, "weights.safetensors"))
        .isEqualTo(runs.sha256(undisturbed, "weights.safetensors"));
    assertThat(runs.sha256(finished, "model.onnx"))
        .isEqualTo(runs.sha256(undisturbed, "model.onnx"));
  }

  private static Map<String, Object> lastCheckpoint(JsonNode finished)
      throws IOException, InterruptedException {
    var checkpoint = checkpoints(finished).get(0);
    assertThat(checkpoint.path("step").asLong()).isEqualTo(STEPS);
    var prefix =
        "%s/%d-%d/"
            .formatted(
                finished.path("id").asString(),
                checkpoint.path("step").asLong(),
                checkpoint.path("fence").asLong());
    var found = new TreeMap<String, Object>();
    for (var file : checkpoint.path("files")) {
      var name = file.path("name").asString();
      var bytes = store().get("athanor-checkpoints", prefix + name);
      if (name.endsWith(".safetensors")) {
        var contents = Safetensors.read(new ByteArrayInputStream(bytes));
        contents.tensors().forEach((tensor, value) -> found.put(name + "/" + tensor, value));
      } else {
        found.put(name, new String(bytes, StandardCharsets.UTF_8));
      }
    }
    assertThat(found.keySet())
        .anyMatch(name -> name.contains("mean"))
        .anyMatch(name -> name.startsWith("optimiser"));
    return found;
  }

  /// Of the lease under which the last checkpoint was written.
  private static long lastFence(JsonNode finished) throws IOException, InterruptedException {
    return checkpoints(finished).get(0).path("fence").asLong();
  }

  private static JsonNode checkpoints(JsonNode finished) throws IOException, InterruptedException {
    return runs.gateway()
        .get("/v1/runs/" + finished.path("id").asString() + "/checkpoints")
        .path("checkpoints");
  }

  private static ObjectStore store() {
    return new ObjectStore(
        MinioClient.builder()
            .endpoint(platform.setting("ATHANOR_S3_ENDPOINT"))
            .credentials(
                platform.setting("ATHANOR_S3_ACCESS_KEY"),
                platform.setting("ATHANOR_S3_SECRET_KEY"))
            .build());
  }
}
