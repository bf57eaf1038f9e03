package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.ChildService;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.RestClient;
import dev.athanor.embedding.Serving;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The instance that embeds a dataset is killed; another ends the job.
class JobCrashIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String JOBS = "/v1/embedding-jobs";
  private static final int SAMPLES = 300;

  @TempDir Path folder;

  @Test
  void anotherInstanceGoesOnBehindTheLastWholePart() throws Exception {
    var settings = new HashMap<String, String>(Servers.properties());
    settings.put("ATHANOR_INDEX_FOLDER", folder.resolve("copies").toString());
    settings.put("ATHANOR_JOB_FOLDER", folder.resolve("parts").toString());
    settings.put("ATHANOR_JOB_LEASE", "3s");
    settings.put("ATHANOR_JOB_POLL", "200ms");
    var trained = Encoders.train(folder.resolve("model"), "crash", 1, 4);
    // 20 vectors a part.
    settings.put("ATHANOR_JOB_PART", 20 * 4 * trained.dimensions() + "B");
    try (var serving = new Serving(folder.resolve("first"), settings)) {
      serving.publish(trained);
      serving.awaitServed("crash", "crash@1");
      Datasets.write(
          serving.bean(ObjectStore.class),
          folder,
          "crashing",
          1,
          Encoders.images(SAMPLES, 8),
          List.of());
    }
    // Batches that wait for company, so that the job lasts.
    var slow = new HashMap<>(settings);
    slow.put("ATHANOR_BATCHING_MAX_DELAY", "500ms");
    slow.put("ATHANOR_BATCHING_MAX_BATCH", "256");
    String id;
    int before;
    try (var child = ChildService.start(folder, slow);
        var rest = new RestClient(child.root())) {
      await()
          .atMost(PATIENCE)
          .ignoreException(UncheckedIOException.class)
          .until(() -> rest.get("/v1/models/crash").status() == 200);
      var made = rest.post(JOBS, Map.of("model", "crash", "dataset", "crashing", "format", "both"));
      assertThat(made.status()).as(made.detail()).isEqualTo(202);
      id = made.body().path("id").asString();
      await()
          .atMost(PATIENCE)
          .until(() -> Outputs.files(rest.get(JOBS + "/" + id).body(), ".npy").size() >= 3);
      var job = rest.get(JOBS + "/" + id).body();
      assertThat(job.path("state").asString()).isEqualTo("RUNNING");
      before = Outputs.files(job, ".npy").size();
      child.kill();
    }

    try (var serving = new Serving(folder.resolve("second"), settings);
        var rest = new RestClient(serving.root())) {
      await().atMost(PATIENCE).until(() -> JobState.valueOf(state(rest, id)).isFinal());
      var job = rest.get(JOBS + "/" + id).body();
      assertThat(job.path("state").asString()).as(job.toString()).isEqualTo("SUCCEEDED");
      var expected = IntStream.range(0, SAMPLES).mapToObj("train/%06d"::formatted).toList();
      var rows = Outputs.parquet(rest, job);
      assertThat(rows.stream().map(Outputs.Row::id)).containsExactlyElementsOf(expected);
      assertThat(Outputs.npy(rest, job)).hasSize(SAMPLES);

      // What the killed one had finished was not done again, and nothing lies about beside it.
      var store = serving.bean(ObjectStore.class);
      var keys =
          store.list("athanor-embeddings", id + "/").stream()
              .map(ObjectStore.Stat::key)
              .collect(Collectors.toSet());
      assertThat(keys).hasSize(3 * SAMPLES / 20 + 1);
      assertThat(keys.stream().filter(key -> key.startsWith(id + "/1/") && key.endsWith(".npy")))
          .hasSizeGreaterThanOrEqualTo(before);
      assertThat(keys)
          .anyMatch(key -> key.endsWith("/manifest.json") && !key.startsWith(id + "/1/"));
    }
  }

  private static String state(RestClient rest, String id) {
    return rest.get(JOBS + "/" + id).body().path("state").asString();
  }
}
