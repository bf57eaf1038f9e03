package dev.athanor.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.batch.Failure;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Sweeps on the real servers, with an augmenter that cannot make the batches of seed 13.
class SweepIT {
  private static final String SPEC =
      """
      name: swept
      dataset: patterns
      encoder: {depth: 10, width: 4}
      objective: {projection: {hidden: 16, output: 8}}
      augmentation: {blur: {probability: 0}}
      batch: 32
      training: {steps: 6}
      evaluation: {samples: 60, neighbours: 5, fractions: [1.0], scratch: []}
      """;
  private static final String ENDLESS = SPEC.replace("steps: 6", "steps: 1000000");
  private static final long UNLUCKY = 13;

  private static DatasetServer datasets;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_AUGMENTATION_URL", datasets.url());
    settings.put("ATHANOR_TRAINER_IDLE", "100ms");
    settings.put("ATHANOR_TRAINER_THREADS", "1");
    trainer = new TrainerNode(settings);
    augmenter =
        new Augmenter(
            Servers.bootstrapServers(),
            request ->
                request.getSeed() == UNLUCKY
                    ? List.of(
                        PatternBatches.reply(request)
                            .setParts(1)
                            .setFailure(Failure.newBuilder().setCode("unlucky").setMessage("13"))
                            .build())
                    : PatternBatches.answer(
                        request,
                        request.getSplit().equals("train")
                            ? DatasetServer.TRAIN
                            : DatasetServer.TEST,
                        1));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void everyCellIsTrainedAndToldOf() throws Exception {
    var id = start(SPEC + "grid: {optimiser.learningRate: [0.001, 0.01], seed: [7, 8]}\n");
    var sweep = end(id);

    assertThat(sweep.path("state").stringValue()).isEqualTo("ENDED");
    assertThat(sweep.path("runs").toString()).isEqualTo("{\"SUCCEEDED\":4}");
    assertThat(sweep.path("cells").valueStream().map(cell -> cell.path("values").toString()))
        .containsExactly(
            "{\"optimiser.learningRate\":0.001,\"seed\":7}",
            "{\"optimiser.learningRate\":0.001,\"seed\":8}",
            "{\"optimiser.learningRate\":0.01,\"seed\":7}",
            "{\"optimiser.learningRate\":0.01,\"seed\":8}");
    var spreads = new HashSet<Double>();
    for (var cell : sweep.path("cells")) {
      var run = trainer.get("/v1/runs/" + cell.path("run").stringValue()).json();
      assertThat(run.path("sweep").stringValue()).isEqualTo(id);
      assertThat(run.at("/spec/seed")).isEqualTo(cell.path("values").get("seed"));
      assertThat(run.at("/spec/optimiser/learningRate"))
          .isEqualTo(cell.path("values").get("optimiser.learningRate"));
      assertThat(cell.path("metrics").get("table.simclr.linear.1.0").isNumber()).isTrue();
      spreads.add(cell.path("metrics").get("collapse.std").doubleValue());
    }
    assertThat(spreads).as("each cell trained a network of its own").hasSize(4);

    ranked(id);
    exported(id);
    drawn(id);
    told(id);
  }

  private static void ranked(String id) {
    var rising = trainer.get("/v1/sweeps/" + id + "?metric=loss&order=asc").json().path("cells");
    var scores = rising.valueStream().map(cell -> cell.at("/score/last").doubleValue()).toList();
    assertThat(scores).hasSize(4).isSorted();
    for (var cell : rising) {
      assertThat(cell.at("/score/best").doubleValue())
          .isLessThanOrEqualTo(cell.at("/score/last").doubleValue());
    }
    var falling =
        trainer.get("/v1/sweeps/" + id + "?metric=knn.accuracy&order=desc").json().path("cells");
    assertThat(falling.valueStream().map(cell -> -cell.at("/score/last").doubleValue()).toList())
        .hasSize(4)
        .isSorted();
    var unknown = trainer.get("/v1/sweeps/" + id + "?metric=charm");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body()).contains("metric: \\\"charm\\\" (expected: one of [");
    assertThat(trainer.get("/v1/sweeps/" + id + "?metric=loss&order=up").status()).isEqualTo(400);
  }

  private static void exported(String id) {
    var markdown = as("text/markdown", "/v1/sweeps/" + id + "?metric=loss&order=asc");
    assertThat(markdown)
        .startsWith(
            "| cell | optimiser.learningRate | seed | run | state | loss last | loss best |\n|---|");
    assertThat(markdown.lines()).hasSize(6);
    var csv = as("text/csv", "/v1/sweeps/" + id);
    assertThat(csv).startsWith("cell,optimiser.learningRate,seed,run,state,collapse.alignment,");
    assertThat(csv.lines().skip(1).map(line -> line.substring(0, line.lastIndexOf(",7,") + 1)))
        .contains("0,0.001,", "2,0.01,");
  }

  private static String as(String type, String path) {
    var answer = trainer.send(trainer.request(path).header("Accept", type));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    return answer.body();
  }

  private static void drawn(String id) throws Exception {
    var chart = "/v1/sweeps/" + id + "/chart?metric=knn.accuracy&x=optimiser.learningRate";
    var line = picture(chart);
    var map = picture(chart + "&y=seed");
    assertThat(map).isNotEqualTo(line);
    assertThat(picture(chart.replace("knn.accuracy", "loss"))).isNotEqualTo(line);
    assertThat(trainer.get(chart.replace("optimiser.", "")).body())
        .contains("x: \\\"learningRate\\\" (expected: one of [optimiser.learningRate, seed])");
    assertThat(trainer.get(chart + "&y=optimiser.learningRate").status()).isEqualTo(400);
    assertThat(trainer.get("/v1/sweeps/" + id + "/chart?x=seed").status()).isEqualTo(400);
  }

  private static byte[] picture(String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(trainer.request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
      var decoded = new ImageDecoder().decode(answer.body(), 1);
      assertThat(decoded.width()).isEqualTo(900);
      assertThat(decoded.height()).isEqualTo(600);
      return answer.body();
    }
  }

  /// A follower who comes after the end hears how it ended, and one who heard that hears nothing.
  private static void told(String id) {
    var events = trainer.get("/v1/sweeps/" + id + "/events").body();
    assertThat(events).contains("event:cells").contains("\"state\":\"ENDED\"");
    var last = events.lines().filter(line -> line.startsWith("id:")).toList().getLast();
    var again =
        trainer.send(
            trainer
                .request("/v1/sweeps/" + id + "/events")
                .header("Last-Event-ID", last.substring("id:".length()).strip()));
    assertThat(again.body()).doesNotContain("event:cells");
  }

  @Test
  void aFailedCellDoesNotStopTheOthers() {
    var sweep = end(start(SPEC + "grid: {seed: [%d, 1]}\n".formatted(UNLUCKY)));

    assertThat(sweep.at("/cells/0/state").stringValue()).isEqualTo("FAILED");
    assertThat(sweep.at("/cells/0/reason").stringValue()).contains("unlucky");
    assertThat(sweep.at("/cells/1/state").stringValue()).isEqualTo("SUCCEEDED");
    assertThat(cancel(sweep.path("id").stringValue())).as("nothing is left").isEqualTo(409);
  }

  @Test
  void aRecipeIsSweptWithWhatReplacesItsFields() {
    var sweep =
        post(
            "{\"recipe\": \"simclr-shapes\", \"dataset\": \"patterns\", \"batch\": 32,"
                + " \"grid\": {\"training\": [{\"steps\": 1000000}]}}",
            "application/json");
    assertThat(sweep.status()).as(sweep.body()).isEqualTo(201);
    var id = sweep.json().path("id").stringValue();
    var run = trainer.get("/v1/runs/" + sweep.json().at("/cells/0/run").stringValue()).json();
    assertThat(run.at("/spec/objective/temperature").doubleValue()).isEqualTo(0.2);
    assertThat(run.at("/spec/batch").intValue()).isEqualTo(32);
    cancel(id);
    end(id);

    var unknown = post("recipe: moonshine\ngrid: {seed: [1]}", "application/yaml");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body()).contains("recipe: \\\"moonshine\\\" (expected: one of [");
  }

  @Test
  void whatIsQueuedAndWhatRunsIsCalledOff() {
    var id = start(ENDLESS + "grid: {seed: [1, 2, 3]}\n");
    await().until(() -> show(id).at("/cells/0/progress/step").asLong() > 0);

    assertThat(cancel(id)).isEqualTo(202);

    assertThat(end(id).path("runs").toString()).isEqualTo("{\"CANCELLED\":3}");
    assertThat(cancel(id)).as("once more").isEqualTo(202);
  }

  @Test
  void oneKeyMakesOneSweep() {
    var body = ENDLESS + "grid: {seed: [1, 2]}\n";
    var first = keyed(body);
    var again = keyed(body);
    var other = keyed(body.replace("[1, 2]", "[1, 3]"));

    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(again.json().at("/cells/1/run")).isEqualTo(first.json().at("/cells/1/run"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body()).contains("Idempotency-Key: \\\"sweep-key\\\" created sweep ");
    var id = first.json().path("id").stringValue();
    cancel(id);
    end(id);
  }

  private static TrainerNode.Answer keyed(String body) {
    return trainer.send(
        trainer
            .request("/v1/sweeps")
            .header("Content-Type", "application/yaml")
            .header("Idempotency-Key", "sweep-key")
            .POST(BodyPublishers.ofString(body)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {seed: [1, 2], optimiser.learningRate: [0.1, -1]} | 422 | cell 1 {seed=1, optimiser.learningRate=-1}: optimiser.learningRate: -1.0 (expected: > 0)
          {seed: [1], batch: [32, 193]}                     | 422 | cell 1 {seed=1, batch=193}: batch: 193 (expected: <= 192, the training samples of patterns
          {optimiser.lerningRate: [0.1]}                    | 422 | cell 0 {optimiser.lerningRate=0.1}: optimiser.lerningRate: unknown field
          {dataset.name: [patterns]}                        | 422 | grid.dataset.name: dataset is
          {dataset: [patterns, nowhere]}                    | 422 | cell 1 {dataset=\\"nowhere\\"}: dataset: \\"nowhere\\" is not known
          {seed: 7}                                         | 422 | (expected: a list of values)
          {}                                                | 422 | grid: empty
          """)
  void aBadCellRefusesThemAll(String grid, int status, String message) {
    refused(SPEC + "grid: " + grid + "\n", status, message);
  }

  @Test
  void tooManyRunsAreRefusedWithTheBound() {
    var seeds = IntStream.range(0, 10_000).mapToObj(Integer::toString);
    refused(
        SPEC + "grid: {seed: [" + seeds.collect(Collectors.joining(", ")) + "]}\n",
        422,
        "grid: 10000 runs (expected: <= 256, athanor.trainer.sweep.runs)");
    refused(SPEC, 422, "grid: missing (expected: an object of fields");
  }

  private static void refused(String body, int status, String message) {
    var runs = trainer.get("/v1/runs?limit=200").body();
    var sweeps = trainer.get("/v1/sweeps").body();

    var answer = post(body, "application/yaml");

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains(message);
    assertThat(trainer.get("/v1/runs?limit=200").body()).isEqualTo(runs);
    assertThat(trainer.get("/v1/sweeps").body()).isEqualTo(sweeps);
  }

  @Test
  void sweepsAreListedTheNewestFirst() {
    var first = start(ENDLESS + "grid: {seed: [1, 2]}\n");
    var second = start(ENDLESS + "grid: {batch: [32]}\n");

    var page = trainer.get("/v1/sweeps?limit=1").json();
    assertThat(page.at("/sweeps/0/id").stringValue()).isEqualTo(second);
    assertThat(page.at("/sweeps/0/fields/0").stringValue()).isEqualTo("batch");
    var next = trainer.get("/v1/sweeps?limit=1&after=" + page.path("next").stringValue()).json();
    assertThat(next.at("/sweeps/0/id").stringValue()).isEqualTo(first);
    var chart = trainer.get("/v1/sweeps/" + second + "/chart?metric=knn.accuracy&x=batch");
    assertThat(chart.status()).as(chart.body()).isEqualTo(409);

    for (var id : List.of(first, second)) {
      cancel(id);
      end(id);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sweeps/no-such-sweep, 404",
    "/v1/sweeps/no-such-sweep/events, 404",
    "/v1/sweeps/no-such-sweep/chart?metric=loss&x=seed, 404",
    "/v1/sweeps?limit=0, 400"
  })
  void whatIsNotThereIsSaid(String path, int status) {
    assertThat(trainer.get(path).status()).isEqualTo(status);
  }

  private static TrainerNode.Answer post(String body, String type) {
    return trainer.post("/v1/sweeps", type, body);
  }

  private static String start(String request) {
    var created = post(request, "application/yaml");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().path("id").stringValue();
  }

  private static JsonNode show(String id) {
    return trainer.get("/v1/sweeps/" + id).json();
  }

  private static int cancel(String id) {
    return trainer.post("/v1/sweeps/" + id + "/cancel", "application/json", "").status();
  }

  private static JsonNode end(String id) {
    await("sweep " + id)
        .atMost(Duration.ofMinutes(3))
        .until(() -> show(id).path("state").stringValue().equals("ENDED"));
    return show(id);
  }
}
