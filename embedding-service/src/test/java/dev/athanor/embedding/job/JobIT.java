package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.RestClient;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/// Embedding jobs on real servers.
class JobIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JOBS = "/v1/embedding-jobs";
  private static final int TRAIN = 150;
  private static final int TEST = 40;

  @TempDir static Path folder;
  private static Serving serving;
  private static RestClient rest;
  private static List<byte[]> train;
  private static List<byte[]> test;
  private static int dimensions;
  private static TextEncoders.Trained words;

  @BeforeAll
  static void start() throws Exception {
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_INDEX_FOLDER", folder.resolve("copies").toString());
    settings.put("ATHANOR_JOB_FOLDER", folder.resolve("parts").toString());
    settings.put("ATHANOR_JOB_PAUSE", "200ms");
    settings.put("athanor.batching.models.slow.max-delay", "3s");
    settings.put("athanor.batching.models.slow.max-batch", "256");
    var trained = Encoders.train(folder.resolve("quick"), "quick", 1, 4);
    dimensions = trained.dimensions();
    // 64 vectors a part.
    settings.put("ATHANOR_JOB_PART", 64 * 4 * dimensions + "B");
    serving = new Serving(folder, settings);
    serving.publish(trained);
    serving.publish(Encoders.train(folder.resolve("slow"), "slow", 1, 4));
    words = TextEncoders.train(folder.resolve("phrases"), "phrases", 1, "masked");
    serving.publish(words.published());
    serving.awaitServed("phrases", "phrases@1");
    serving.awaitServed("quick", "quick@1");
    serving.awaitServed("slow", "slow@1");
    rest = new RestClient(serving.root());
    train = Encoders.images(TRAIN, 1);
    test = Encoders.images(TEST, 2);
    var store = serving.bean(ObjectStore.class);
    Datasets.write(store, folder, "noise", 1, train.subList(0, 10), List.of());
    Datasets.write(store, folder, "noise", 2, train, test);
    var spoilt = new ArrayList<>(train);
    spoilt.set(117, "not an image".getBytes(StandardCharsets.UTF_8));
    Datasets.write(store, folder, "spoilt", 1, spoilt, List.of());
  }

  @AfterAll
  static void stop() {
    rest.close();
    serving.close();
  }

  @Test
  void aWholeVersionIsEmbeddedAndFetched() throws Exception {
    var made =
        rest.post(
            JOBS,
            Map.of("model", "quick", "dataset", "noise", "format", "both"),
            "Idempotency-Key",
            "whole");
    assertThat(made.status()).isEqualTo(202);
    assertThat(made.body().path("model").asString()).isEqualTo("quick@1");
    assertThat(made.body().path("version").asInt()).isEqualTo(2);
    var id = made.body().path("id").asString();
    var again =
        rest.post(
            JOBS,
            Map.of("model", "quick", "dataset", "noise", "format", "both"),
            "Idempotency-Key",
            "whole");
    assertThat(again.body().path("id").asString()).isEqualTo(id);

    var events = new String(rest.bytes(JOBS + "/" + id + "/events").body(), StandardCharsets.UTF_8);
    assertThat(events)
        .contains("event:progress")
        .contains("\"state\":\"SUCCEEDED\"")
        .contains("\"output\":{\"files\":10,")
        .doesNotContain("part-00000");
    var job = ended(id, JobState.SUCCEEDED);
    assertThat(job.at("/progress/done").asInt()).isEqualTo(TRAIN + TEST);
    assertThat(Outputs.files(job, ".parquet")).hasSize(3);

    var rows = Outputs.parquet(rest, job);
    check(rows, Stream.concat(ids("train", TRAIN), ids("test", TEST)).toList());
    var arrays = Outputs.npy(rest, job);
    assertThat(arrays).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(arrays.get(i)).usingRecursiveComparison().isEqualTo(rows.get(i));
    }
    var manifest = rest.get(JOBS + "/" + id + "/files/manifest.json").body();
    assertThat(manifest.path("samples").asInt()).isEqualTo(TRAIN + TEST);
    assertThat(manifest.path("files").size()).isEqualTo(9);

    assertThat(rest.send("DELETE", JOBS + "/" + id, null).status()).isEqualTo(204);
    assertThat(rest.get(JOBS + "/" + id).status()).isEqualTo(404);
    assertThat(serving.bean(ObjectStore.class).list("athanor-embeddings", id + "/")).isEmpty();
  }

  /// Vectors are those that callers of the service get.
  private static void check(List<Outputs.Row> rows, List<String> ids) {
    assertThat(rows.stream().map(Outputs.Row::id)).containsExactlyElementsOf(ids);
    for (int i = 0; i < rows.size(); i += 17) {
      var row = rows.get(i);
      int number = Integer.parseInt(row.id().substring(row.id().indexOf('/') + 1));
      var image = (row.split().equals("train") ? train : test).get(number);
      int label = Datasets.label(number);
      assertThat(row.label()).isEqualTo(label < 0 ? null : (Integer) label);
      var answer =
          rest.post(
              "/v1/embeddings",
              Map.of("model", "quick@1", "input", Base64.getEncoder().encodeToString(image)));
      var expected = answer.body().at("/data/0/embedding");
      assertThat(expected.size()).isEqualTo(dimensions);
      for (int d = 0; d < dimensions; d++) {
        assertThat(row.vector()[d]).isCloseTo((float) expected.get(d).asDouble(), within());
      }
    }
  }

  private static Offset<Float> within() {
    return Offset.offset(1e-6f);
  }

  @Test
  void oneSplitOfOneVersionIsEnough() throws Exception {
    var job =
        finish(Map.of("model", "quick@latest", "dataset", "noise", "version", 2, "split", "test"));
    assertThat(job.path("format").asString()).isEqualTo("parquet");
    check(Outputs.parquet(rest, job), ids("test", TEST).toList());
    var older = finish(Map.of("model", "quick", "dataset", "noise", "version", 1));
    check(Outputs.parquet(rest, older), ids("train", 10).toList());
  }

  @Test
  void textsAreEmbeddedByEncodersOfTexts() throws Exception {
    var texts = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      texts.add(TextEncoders.PROBES.get(i % TextEncoders.PROBES.size()));
    }
    texts.set(99, "a furnace ".repeat(40_000));
    Datasets.writeTexts(serving.bean(ObjectStore.class), folder, "sayings", 1, texts);
    var refused = rest.post(JOBS, Map.of("model", "quick", "dataset", "sayings"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.detail()).startsWith("dataset: sayings version 1 holds texts (expected:");
    var job = finish(Map.of("model", "phrases", "dataset", "sayings", "format", "both"));
    var rows = Outputs.parquet(rest, job);
    assertThat(rows.stream().map(Outputs.Row::id))
        .containsExactlyElementsOf(ids("train", 100).toList());
    assertThat(rows).allMatch(row -> row.label() == null);
    for (int i = 0; i < 99; i++) {
      var expected = words.vectors()[i % TextEncoders.PROBES.size()];
      assertThat(rows.get(i).vector())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected);
    }
  }

  @Test
  void aBrokenSampleFailsItsJobByNameUntilItIsMended() throws Exception {
    var id = create(Map.of("model", "quick", "dataset", "spoilt"));
    var job = ended(id, JobState.FAILED);
    assertThat(job.path("reason").asString()).startsWith("sample train/000117: images[0]:");
    // The part before it is whole.
    assertThat(Outputs.files(job, ".parquet")).hasSize(1);
    assertThat(rest.get(JOBS + "/" + id + "/files/manifest.json").status()).isEqualTo(404);

    Datasets.write(serving.bean(ObjectStore.class), folder, "spoilt", 1, train, List.of());
    assertThat(rest.post(JOBS + "/" + id + "/retry", Map.of()).status()).isEqualTo(202);
    var mended = ended(id, JobState.SUCCEEDED);
    assertThat(mended.has("reason")).isFalse();
    assertThat(mended.at("/files/0")).isEqualTo(job.at("/files/0"));
    check(Outputs.parquet(rest, mended), ids("train", TRAIN).toList());
    var refused = rest.post(JOBS + "/" + id + "/retry", Map.of());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.detail()).isEqualTo("job: %s is SUCCEEDED (expected: FAILED)".formatted(id));
  }

  @Test
  void aJobWaitsForWhatIsAway() throws Exception {
    var store = serving.bean(ObjectStore.class);
    Datasets.write(store, folder, "holed", 1, train.subList(0, 10), List.of());
    var shard =
        store.list("athanor-datasets", "holed/1/").stream()
            .map(ObjectStore.Stat::key)
            .filter(key -> key.endsWith(".tar"))
            .findFirst()
            .orElseThrow();
    var bytes = store.get("athanor-datasets", shard);
    store.delete("athanor-datasets", shard);
    var id = create(Map.of("model", "quick", "dataset", "holed"));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                rest.get(JOBS + "/" + id)
                    .body()
                    .path("reason")
                    .asString("")
                    .startsWith("object store: athanor-datasets/" + shard));
    store.put("athanor-datasets", shard, bytes);
    check(Outputs.parquet(rest, ended(id, JobState.SUCCEEDED)), ids("train", 10).toList());
  }

  @Test
  void aJobIsCalledOff() {
    var running = create(Map.of("model", "slow", "dataset", "noise"));
    await().atMost(PATIENCE).until(() -> state(running).equals("RUNNING"));
    var waiting = create(Map.of("model", "slow", "dataset", "noise"));
    assertThat(rest.send("DELETE", JOBS + "/" + running, null).status()).isEqualTo(409);
    assertThat(
            rest.post(JOBS + "/" + waiting + "/cancel", Map.of()).body().path("state").asString())
        .isEqualTo("CANCELLED");
    assertThat(rest.post(JOBS + "/" + running + "/cancel", Map.of()).status()).isEqualTo(202);
    ended(running, JobState.CANCELLED);
    var page = rest.get(JOBS + "?limit=1").body();
    assertThat(page.path("jobs").size()).isEqualTo(1);
    assertThat(page.at("/jobs/0/output/files").isNumber()).isTrue();
    assertThat(page.at("/jobs/0").has("files")).isFalse();
    var next = rest.get(JOBS + "?limit=1&after=" + page.path("next").asString()).body();
    assertThat(next.at("/jobs/0/id").asString()).isLessThan(page.at("/jobs/0/id").asString());
    assertThat(rest.get(JOBS + "?after=%01").detail()).startsWith("after: \"\\u0001\" (");
    assertThat(rest.send("DELETE", JOBS + "/" + running, null).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'dataset':'noise'}                                | 400 | model: missing (expected:",
        "{'model':'quick'}                                  | 400 | dataset: \"\" (expected:",
        "{'model':'nobody','dataset':'noise'}               | 404 | model: \"nobody\" (expected:",
        "{'model':'quick','dataset':'../x'}                 | 400 | dataset: \"../x\" (expected:",
        "{'model':'quick','dataset':'nothing'}              | 404 | dataset: nothing has no version that is ready (expected: one)",
        "{'model':'quick','dataset':'noise','version':9}    | 404 | dataset: noise has no version 9 that is ready (expected: one)",
        "{'model':'quick','dataset':'noise','version':0}    | 400 | version: 0 (expected: >= 1)",
        "{'model':'quick','dataset':'noise','split':'all'}  | 400 | split: \"all\" (expected: train or test)",
        "{'model':'quick','dataset':'noise','format':'csv'} | 400 | format: \"csv\" (expected: parquet, npy or both)",
        "{'model':'quick','dataset':'spoilt','split':'test'} | 422 | split: test of spoilt version 1 has no samples",
        "{'model':'quick','data':'noise'}                   | 400 | data: unknown field",
        "{                                                  | 400 | not readable"
      })
  void whatCannotBeAJobIsRefused(String row) {
    var parts = row.replace('\'', '"').split("\\|", 3);
    var refused = rest.send("POST", JOBS, parts[0].strip());
    assertThat(refused.status()).isEqualTo(Integer.parseInt(parts[1].strip()));
    assertThat(refused.detail()).startsWith(parts[2].strip());
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    assertThat(rest.get(JOBS + "/nothing").status()).isEqualTo(404);
    assertThat(rest.get(JOBS + "/nothing/events").status()).isEqualTo(404);
    assertThat(rest.post(JOBS + "/nothing/retry", Map.of()).status()).isEqualTo(404);
    assertThat(rest.get(JOBS + "/nothing/files/manifest.json").status()).isEqualTo(404);
    assertThat(rest.send("DELETE", JOBS + "/nothing", null).status()).isEqualTo(404);
    assertThat(rest.get(JOBS + "?limit=1000").status()).isEqualTo(400);
  }

  /// What is no exception, as a class that is not there, would else take the worker along.
  @Test
  void anErrorEndsItsJobAndNotTheWorker() {
    var rows = Rows.fresh();
    var embedder = serving.bean(Embedder.class);
    var begun = new AtomicInteger();
    var failing =
        new BulkEmbedder(
            (version, inputs, client) -> {
              if (begun.getAndIncrement() < 2) {
                throw new NoClassDefFoundError("no/such/Thing");
              }
              return embedder.embed(version, inputs, client);
            },
            32);
    var properties =
        new JobProperties(
            folder.resolve("errors"),
            10,
            DataSize.ofKilobytes(64),
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            2,
            Duration.ofMillis(50));
    var worker =
        new JobWorker(
            rows,
            failing,
            embedder,
            serving.bean(Catalogue.class),
            serving.bean(ObjectStore.class),
            Clock.systemUTC(),
            properties);
    rows.add(queued("job-a"), Fingerprint.of(null, "a"), 10);
    worker.start();
    try {
      await("two attempts").atMost(PATIENCE).until(() -> stateOf(rows, "job-a").isFinal());
      assertThat(rows.find("job-a").orElseThrow().reason())
          .isEqualTo("gave up after 2 attempts: java.lang.NoClassDefFoundError: no/such/Thing");
      rows.add(queued("job-b"), Fingerprint.of(null, "b"), 10);
      await("the job behind it").atMost(PATIENCE).until(() -> stateOf(rows, "job-b").isFinal());
      assertThat(stateOf(rows, "job-a")).isEqualTo(JobState.FAILED);
      assertThat(stateOf(rows, "job-b")).isEqualTo(JobState.SUCCEEDED);
      assertThat(worker.health().getStatus()).isEqualTo(Status.UP);
    } finally {
      worker.stop();
    }
    assertThat(worker.isRunning()).isFalse();
    assertThat(worker.health().getStatus()).as("it was told to").isEqualTo(Status.UP);
  }

  private static Job queued(String id) {
    return new Job(
        id,
        JobState.QUEUED,
        null,
        false,
        "quick@1",
        dimensions,
        "noise",
        1,
        null,
        JobFormat.PARQUET,
        64,
        10,
        0,
        0,
        Instant.EPOCH,
        null,
        null);
  }

  private static JobState stateOf(JobRows rows, String id) {
    return rows.find(id).orElseThrow().state();
  }

  private static JsonNode finish(Map<String, Object> wanted) {
    return ended(create(wanted), JobState.SUCCEEDED);
  }

  private static String create(Map<String, Object> wanted) {
    var made = rest.post(JOBS, wanted);
    assertThat(made.status()).as(made.detail()).isEqualTo(202);
    return made.body().path("id").asString();
  }

  private static String state(String id) {
    return rest.get(JOBS + "/" + id).body().path("state").asString();
  }

  private static JsonNode ended(String id, JobState state) {
    await().atMost(PATIENCE).until(() -> JobState.valueOf(state(id)).isFinal());
    var job = rest.get(JOBS + "/" + id).body();
    assertThat(job.path("state").asString()).as(job.toString()).isEqualTo(state.name());
    return job;
  }

  private static Stream<String> ids(String split, int count) {
    return IntStream.range(0, count).mapToObj(i -> "%s/%06d".formatted(split, i));
  }
}
