package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Failure;
import dev.athanor.contracts.batch.Selection;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.batch.BatchClients;
import dev.athanor.trainer.batch.Mailbox;
import dev.athanor.trainer.checkpoint.Checkpoints;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Runs from spec to published model, with an augmenter that answers as well or as badly as a test
/// wants.
class RunIT {
  private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING", "EVALUATING");
  private static final String SPEC =
      """
      name: patterns
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: 4}
      objective: {projection: {hidden: 16, output: 8}}
      augmentation: {blur: {probability: 0}}
      batch: 32
      training: {epochs: 2}
      checkpoint: {everySteps: 5}
      evaluation: {samples: 100, neighbours: 5, fractions: [0.1, 1.0], scratch: [0.25]}
      """;
  private static final String ENDLESS = SPEC.replace("epochs: 2", "steps: 1000000");

  private static DatasetServer datasets;
  private static TrainerNode trainer;
  private static Augmenter augmenter;
  private static volatile Augmenter.Manner manner = RunIT::well;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    var settings = settings(datasets);
    settings.put("ATHANOR_TRAINER_BATCH_DEADLINE", "1s");
    settings.put("ATHANOR_TRAINER_BATCH_ATTEMPTS", "3");
    trainer = new TrainerNode(settings);
    augmenter = new Augmenter(Servers.bootstrapServers(), request -> manner.answer(request));
  }

  /// Of a trainer-service that reads its data sets from `datasets`.
  static HashMap<String, String> settings(DatasetServer datasets) {
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_AUGMENTATION_URL", datasets.url());
    settings.put("ATHANOR_TRAINER_IDLE", "100ms");
    settings.put("ATHANOR_TRAINER_THREADS", "1");
    return settings;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @BeforeEach
  void answerWell() {
    manner = RunIT::well;
  }

  private static List<Batch> well(BatchRequest request) {
    var samples = request.getSplit().equals("train") ? DatasetServer.TRAIN : DatasetServer.TEST;
    return PatternBatches.answer(request, samples, 2);
  }

  @Test
  void aRunIsTrainedJudgedAndPublished() {
    var run = succeed(start(SPEC.replace("name: patterns", "name: whole")));

    assertThat(run.at("/plan/steps").asLong()).isEqualTo(2 * DatasetServer.TRAIN / 32);
    assertThat(run.at("/plan/augmenterBuild").stringValue()).isEqualTo(PatternBatches.BUILD);
    assertThat(run.path("table").valueStream().map(RunIT::line))
        .containsExactlyInAnyOrder(
            "simclr linear 0.1",
            "simclr linear 1.0",
            "simclr knn 0.1",
            "simclr knn 1.0",
            "random linear 0.1",
            "random linear 1.0",
            "random knn 0.1",
            "random knn 1.0",
            "scratch supervised 0.25");
    assertThat(augmenter.seen())
        .as("what labels are learnt from, 10 % and 25 %: the classes take turns")
        .filteredOn(request -> request.getRunId().equals(run.path("id").stringValue()))
        .extracting(BatchRequest::getSelection)
        .filteredOn(selection -> selection.getCount() == 19 || selection.getCount() == 48)
        .hasSizeGreaterThanOrEqualTo(3)
        .allMatch(Selection::getBalanced);
    assertThat(run.at("/model/name").stringValue()).isEqualTo("whole");

    var metrics = get("/metrics", run);
    assertThat(metrics.path("points").valueStream().map(point -> point.path("step").asLong()))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    // One at the end of the first epoch, one at the end.
    assertThat(metrics.path("evaluations").valueStream().map(point -> point.path("step").asLong()))
        .startsWith(6L)
        .endsWith(12L);
    assertThat(steps(get("/checkpoints", run))).containsExactly(12L, 10L, 5L);
    trainer.bean(Checkpoints.class).forgetEnded();
    assertThat(steps(get("/checkpoints", run))).containsExactly(12L);

    var events = trainer.get("/v1/runs/" + run.path("id").stringValue() + "/events").body();
    assertThat(events.lines().filter(line -> line.contains("\"state\"")))
        .extracting(line -> line.replaceAll(".*\"state\":\"([A-Z]+)\".*", "$1"))
        .containsExactly("QUEUED", "RUNNING", "EVALUATING", "SUCCEEDED");

    var listed = trainer.get("/v1/registry/models?after=whol&limit=1").json().at("/models/0");
    assertThat(listed.path("name").asString()).isEqualTo("whole");
    assertThat(listed.path("kind").asString()).isEqualTo("image-encoder");
    var model = trainer.get("/v1/registry/models/whole").json();
    assertThat(model.at("/aliases/latest").asInt()).isEqualTo(1);
    assertThat(
            model.at("/versions/0/files").valueStream().map(file -> file.path("name").asString()))
        .contains("model.onnx", "weights.safetensors", "card.json");
  }

  private static List<Long> steps(JsonNode kept) {
    return kept.path("checkpoints")
        .valueStream()
        .map(checkpoint -> checkpoint.path("step").asLong())
        .toList();
  }

  /// Parts out of order and twice, answers lost, spoilt and late: the trained network is the same.
  @Test
  void howTheAugmenterAnswersDoesNotChangeTheWeights() {
    var expected = weights(succeed(start(SPEC.replace("name: patterns", "name: good"))));
    var random = new Random(3);
    var late = new ArrayList<Batch>();
    manner =
        request -> {
          var answer = new ArrayList<>(well(request));
          boolean first = request.getAttempt() == 1;
          if (first && request.getIndex() % 5 == 2) {
            return List.of();
          }
          if (first && request.getIndex() % 5 == 3) {
            var spoilt = answer.getFirst().toBuilder();
            spoilt.getPixelsBuilder().setSha256(answer.getFirst().toByteString().substring(0, 32));
            return List.of(spoilt.build(), answer.getLast());
          }
          if (first && request.getIndex() % 5 == 4) {
            late.addAll(answer);
            return List.of();
          }
          answer.addAll(List.copyOf(answer));
          Collections.shuffle(answer, random);
          answer.addAll(List.copyOf(late));
          return answer;
        };

    var run = succeed(start(SPEC.replace("name: patterns", "name: bad")));

    assertThat(weights(run)).isEqualTo(expected);
    assertThat(late).isNotEmpty();
    assertThat(augmenter.seen()).anyMatch(request -> request.getAttempt() == 2);
  }

  @Test
  void aBatchThatCannotBeMadeFailsTheRunWithItsReason() {
    manner =
        request ->
            request.getIndex() < 2
                ? well(request)
                : List.of(
                    PatternBatches.reply(request)
                        .setParts(1)
                        .setFailure(
                            Failure.newBuilder()
                                .setCode("sample-unreadable")
                                .setMessage("sample 17 of patterns: truncated JPEG"))
                        .build());

    var run = end(start(SPEC));

    assertThat(run.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(run.path("reason").stringValue())
        .startsWith("sample-unreadable: ")
        .endsWith("sample 17 of patterns: truncated JPEG");
    assertThat(cancel(run.path("id").stringValue())).as("it has ended").isEqualTo(409);
  }

  @Test
  void anAugmenterThatFallsSilentFailsTheRun() {
    manner = request -> request.getIndex() < 2 ? well(request) : List.of();

    var run = end(start(SPEC));

    assertThat(run.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(run.path("reason").stringValue())
        .startsWith("no-answer: batch ")
        .contains("is an augmentation-service up?");
  }

  @Test
  void aRunIsCancelledBetweenTwoSteps() {
    var id = start(ENDLESS);
    await().until(() -> show(id).at("/progress/step").asLong() > 0);

    assertThat(cancel(id)).isEqualTo(202);

    var run = end(id);
    assertThat(run.path("state").stringValue()).isEqualTo("CANCELLED");
    assertThat(run.path("reason").stringValue()).isEqualTo("cancelled by request");
    assertThat(cancel(id)).as("once more").isEqualTo(202);
  }

  @Test
  void aRunThatWaitsIsCancelledAtOnce() {
    var busy = start(ENDLESS);
    var waiting = start(SPEC);

    cancel(waiting);

    assertThat(show(waiting).path("state").stringValue()).isEqualTo("CANCELLED");
    cancel(busy);
    end(busy);
  }

  /// As a newer build may have written it, whose worker takes it one day.
  @Test
  void aRunThatThisBuildCannotReadIsLeftAndOthersAreTrained() {
    var jdbc = trainer.bean(JdbcClient.class);
    jdbc.sql(
            "insert into run (id, name, state, spec, dataset, created_at) values ('0', 'newer', 'QUEUED', '{}', '{}', now())")
        .update();
    try {
      await("it was looked at").until(() -> fence(jdbc) > 0);
      var other = start(ENDLESS);
      await().until(() -> show(other).at("/progress/step").asLong() > 0);
      cancel(other);
      end(other);
      assertThat(jdbc.sql("select state from run where id = '0'").query(String.class).single())
          .isEqualTo("QUEUED");
    } finally {
      jdbc.sql("delete from run where id = '0'").update();
    }
  }

  private static long fence(JdbcClient jdbc) {
    return jdbc.sql("select fence from run where id = '0'").query(Long.class).single();
  }

  @Test
  void anErrorInAMailboxsThreadEndsTheMailbox() {
    var fatal = new StackOverflowError("too deep");
    try (var mailbox =
        new Mailbox(
            BatchClients.open(Servers.bootstrapServers()),
            1,
            () -> {
              throw fatal;
            },
            Clock.systemUTC(),
            System::nanoTime)) {
      await().until(() -> !mailbox.isAlive());
    }
  }

  @Test
  void runsAreListedByNameAndDataset() {
    var listed = SPEC.replace("name: patterns", "name: listed");
    var first = start(listed);
    var other = start(SPEC.replace("name: patterns", "name: listed-not"));
    var last = start(listed);
    for (var id : List.of(first, other, last)) {
      cancel(id);
      end(id);
    }

    var asked = "/v1/runs?name=listed&dataset=patterns&state=CANCELLED&limit=1";
    var page = trainer.get(asked).json();
    assertThat(ids(page)).containsExactly(last);
    var next = trainer.get(asked + "&after=" + page.path("next").stringValue()).json();
    assertThat(ids(next)).containsExactly(first);
    assertThat(next.path("next").isNull()).isTrue();
    assertThat(ids(trainer.get("/v1/runs?name=listed&dataset=texts").json())).isEmpty();
    assertThat(ids(trainer.get("/v1/runs?name=listed").json())).containsExactly(last, first);
    assertThat(ids(trainer.get("/v1/runs?dataset=patterns&limit=3").json()))
        .containsExactly(last, other, first);
  }

  private static List<String> ids(JsonNode page) {
    return page.path("runs").valueStream().map(run -> run.path("id").stringValue()).toList();
  }

  @Test
  void oneKeyMakesOneRun() {
    var keyed =
        trainer
            .request("/v1/runs")
            .header("Content-Type", "application/yaml")
            .header("Idempotency-Key", "key-1");
    var first = trainer.send(keyed.POST(body(SPEC)));
    var again = trainer.send(keyed.POST(body(SPEC)));
    var other = trainer.send(keyed.POST(body(ENDLESS)));

    assertThat(first.status()).isEqualTo(201);
    assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(other.status()).isEqualTo(409);
    end(first.json().path("id").stringValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch: 32          | batch: 193                      | 422 | batch: 193 (expected: <= 192
          dataset: patterns  | dataset: nowhere                | 422 | nowhere
          dataset: patterns  | dataset: {name: patterns, version: 2} | 422 | INGESTING (expected: READY)
          dataset: patterns  | dataset: {name: patterns, version: 7} | 422 | has no version 7
          dataset: patterns  | dataset: {name: texts, version: 1} | 422 | holds texts (expected: images)
          batch: 32          | colour: red                     | 422 | colour: unknown field (expected: one of
          {projection:       | {temperature: -1, projection:   | 422 | objective.temperature: -1.0 (expected: > 0
          name: patterns     | name: ../etc                    | 422 | name
          name: patterns     | '{name: '                       | 400 | run spec:
          """)
  void aBadSpecIsRefusedAndLeavesNothing(
      String instead, String written, int status, String message) {
    var before = Trained.ids(trainer, "runs");

    var answer = trainer.post("/v1/runs", "application/yaml", SPEC.replace(instead, written));

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.json().path("detail").stringValue()).contains(message);
    assertThat(Trained.ids(trainer, "runs")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dataset: notes   | dataset: patterns   | objective.kind: mlm reads texts, but version 1 of patterns holds images (expected: texts)
          tokenizer: bytes | tokenizer: nobody   | text.tokenizer: "nobody" is not known (expected: one of GET /v1/tokenizers)
          tokenizer: bytes | tokenizer: growing  | text.tokenizer: growing is TRAINING (expected: READY)
          tokenizer: bytes | tokenizer: maskless | text.tokenizer: maskless has no token to mask with
          tokenizer: bytes | tokenizer: ../etc   | tokenizer: "../etc" (expected: [a-z0-9]
          context: 12      | context: 1          | text.context: 1 (expected: from 2 to
          batch: 32        | batch: 193          | batch: 193 (expected: <= 192
          heads: 2         | heads: 3            | encoder.heads: 3 (expected: a divisor of width
          """)
  void aBadSpecOnTextsIsRefused(String instead, String written, String message) {
    var spec = TextRunIT.SPEC.replace("{kind: clm}", "{kind: mlm}").replace(instead, written);

    var answer = trainer.post("/v1/runs", "application/yaml", spec);

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.json().path("detail").stringValue()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/runs/no-such-run, 404",
    "/v1/runs/no-such-run/events, 404",
    "/v1/runs?limit=0, 400",
    "/v1/runs?state=ASLEEP, 400",
    "/v1/registry/models/nothing, 404",
    "/v1/registry/models/nothing/versions/1, 404"
  })
  void whatIsNotThereIsSaid(String path, int status) {
    assertThat(trainer.get(path).status()).isEqualTo(status);
  }

  @Test
  void versionsArePromotedAndRetired() {
    var model = "/v1/registry/models/promoted";
    var spec =
        SPEC.replace("name: patterns", "name: promoted").replace("scratch: [0.25]", "scratch: []");
    succeed(start(spec));
    succeed(start(spec.replace("seed: 7", "seed: 8")));

    var promoted = trainer.put(model + "/aliases/production", "{\"version\": 1}");
    assertThat(promoted.json().at("/aliases/production").asInt()).isEqualTo(1);
    assertThat(promoted.json().at("/aliases/latest").asInt()).isEqualTo(2);
    assertThat(trainer.put(model + "/aliases/production", "{\"version\": 9}").status())
        .isEqualTo(404);
    var promotedStays = trainer.post(model + "/versions/1/retire", "application/json", "");
    assertThat(promotedStays.status()).isEqualTo(409);
    assertThat(promotedStays.json().path("detail").stringValue())
        .contains("named by [production]", "move it first");
    var retired = trainer.post(model + "/versions/2/retire", "application/json", "");
    assertThat(retired.json().path("state").stringValue()).isEqualTo("RETIRED");
    assertThat(trainer.get(model).json().at("/aliases/latest").asInt()).isEqualTo(1);
  }

  private static String start(String spec) {
    var created = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().path("id").stringValue();
  }

  private static JsonNode show(String id) {
    return trainer.get("/v1/runs/" + id).json();
  }

  private static JsonNode get(String part, JsonNode run) {
    return trainer.get("/v1/runs/" + run.path("id").stringValue() + part).json();
  }

  private static int cancel(String id) {
    return trainer.post("/v1/runs/" + id + "/cancel", "application/json", "").status();
  }

  private static JsonNode end(String id) {
    await("run " + id)
        .atMost(Duration.ofSeconds(120))
        .until(() -> !UNDER_WAY.contains(show(id).path("state").stringValue()));
    return show(id);
  }

  private static JsonNode succeed(String id) {
    var run = end(id);
    assertThat(run.path("state").stringValue()).as(run.toString()).isEqualTo("SUCCEEDED");
    return run;
  }

  private static String weights(JsonNode run) {
    var version =
        "/v1/registry/models/%s/versions/%d"
            .formatted(run.at("/model/name").stringValue(), run.at("/model/version").asInt());
    return trainer
        .get(version)
        .json()
        .path("files")
        .valueStream()
        .filter(file -> file.path("name").stringValue().equals("weights.safetensors"))
        .map(file -> file.path("sha256").stringValue())
        .findFirst()
        .orElseThrow();
  }

  private static String line(JsonNode cell) {
    return "%s %s %s"
        .formatted(
            cell.path("encoder").stringValue(),
            cell.path("method").stringValue(),
            cell.path("fraction").asDouble());
  }

  private static BodyPublisher body(String text) {
    return BodyPublishers.ofString(text);
  }
}
