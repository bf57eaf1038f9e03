package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.follow.ProgressLog;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Evaluations of published encoders from request to table.
class AppraisalIT {
  private static final String ENCODER =
      """
      name: encoder
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: 4}
      objective: {projection: {hidden: 16, output: 8}}
      augmentation: {blur: {probability: 0}}
      batch: 32
      training: {steps: 12}
      evaluation: {samples: 100, neighbours: 5, fractions: [1.0], scratch: [], projection: true}
      """;
  private static final String REQUEST =
      """
      {'model': 'encoder', 'dataset': 'patterns', 'version': 1,
       'methods': ['knn', 'linear-probe', 'fine-tune', 'from-scratch'], 'fractions': [0.125, 1.0], 'seeds': [3, 4],
       'knn': {'k': 5, 'temperature': 0.1},
       'fineTune': {'epochs': 3}, 'fromScratch': {'epochs': 2, 'batch': 16}}
      """;

  private static DatasetServer datasets;
  private static Map<String, String> settings;
  private static TrainerNode trainer;
  private static Augmenter augmenter;
  private static JsonNode encoder;

  /// By how much the labels of the test split lie.
  private static volatile int wrong;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    settings = RunIT.settings(datasets);
    settings.put("ATHANOR_TRAINER_CELLS", "200ms");
    trainer = new TrainerNode(settings);
    augmenter =
        new Augmenter(
            Servers.bootstrapServers(),
            request -> {
              boolean train = request.getSplit().equals("train");
              return PatternBatches.answer(
                  request, train ? DatasetServer.TRAIN : DatasetServer.TEST, 1, train ? 0 : wrong);
            });
    encoder = Trained.succeed(trainer, Trained.start(trainer, ENCODER));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void findsTheSameFiguresAgainBitForBit() {
    var first = evaluate(REQUEST);
    var again = evaluate(REQUEST);

    assertThat(first.path("model").stringValue()).isEqualTo("encoder@1");
    assertThat(first.at("/spec/model").stringValue()).isEqualTo("encoder@1");
    assertThat(first.path("cells")).hasSize(4 * 2 * 2);
    assertThat(accuracies(first)).isEqualTo(accuracies(again));
    assertThat(first.path("results")).hasSize(4 * 2);
    var tuned =
        first
            .path("results")
            .valueStream()
            .filter(line -> line.path("method").stringValue().equals("fine-tune"))
            .findFirst()
            .orElseThrow();
    assertThat(tuned.path("labels").asInt()).isEqualTo(24);
    assertThat(tuned.path("seeds").asInt()).isEqualTo(2);
    assertThat(tuned.at("/training/epochs").asInt()).isEqualTo(3);
    assertThat(tuned.at("/training/steps").asInt()).isEqualTo(3);
    assertThat(tuned.at("/training/batch").asInt()).isEqualTo(24);
    assertMeanAndDeviation(first, tuned);
    assertThat(first.at("/conditions/augmenterBuild").stringValue())
        .isEqualTo(PatternBatches.BUILD);
    // Two seeds draw other labels, all labels are the same ones for both.
    assertThat(requests("evaluate-train-24-3-balanced")).isNotEmpty();
    assertThat(requests("evaluate-train-24-4-balanced")).isNotEmpty();
    assertThat(requestsOf(first, "evaluate-train-192")).hasSize(1);
    assertThat(requestsOf(first, "evaluate-test-80")).hasSizeLessThanOrEqualTo(1 + 8);
  }

  private static void assertMeanAndDeviation(JsonNode appraisal, JsonNode line) {
    var two =
        appraisal
            .path("cells")
            .valueStream()
            .filter(
                cell ->
                    cell.path("method").equals(line.path("method"))
                        && cell.path("fraction").equals(line.path("fraction")))
            .mapToDouble(cell -> cell.path("accuracy").asDouble())
            .toArray();
    assertThat(two).hasSize(2);
    assertThat(line.path("accuracy").asDouble()).isEqualTo((two[0] + two[1]) / 2);
    assertThat(line.path("std").asDouble())
        .isCloseTo(Math.abs(two[0] - two[1]) / Math.sqrt(2), within(1e-12));
  }

  /// What the test split says about itself decides about figures, and about nothing else.
  @Test
  void theProbesPenaltyIsChosenWithoutTheTestSplit() {
    var request =
        "{'model': 'encoder@1', 'dataset': 'patterns', 'version': 1, 'methods': ['linear-probe'], 'fractions': [0.125, 0.5, 1.0], 'seeds': [1, 2]}";
    var right = evaluate(request);
    wrong = 1;
    try {
      var lying = evaluate(request);
      assertThat(penalties(lying)).isEqualTo(penalties(right)).doesNotContain(0.0);
      assertThat(accuracies(lying)).isNotEqualTo(accuracies(right));
    } finally {
      wrong = 0;
    }
  }

  @Test
  void aTrainedEncoderIsComparedWithARandomOne() {
    var trained =
        evaluate(
            "{'model': 'encoder@latest', 'dataset': 'patterns', 'version': 1, 'methods': ['knn'], 'perClass': [4], 'seeds': [0, 1]}");
    var random =
        evaluate(
            "{'model': 'encoder@1', 'random': true, 'dataset': 'patterns', 'version': 1, 'methods': ['knn', 'from-scratch'], 'perClass': [4], 'seeds': [0], 'fromScratch': {'epochs': 1}}");
    var ids =
        "?ids=%s,%s".formatted(trained.path("id").stringValue(), random.path("id").stringValue());

    var table = trainer.get("/v1/evaluations/compare" + ids).json();
    assertThat(table.path("evaluations")).hasSize(2);
    assertThat(table.path("rows")).hasSize(2);
    assertThat(table.at("/rows/0/results/0/seeds").asInt()).isEqualTo(2);
    assertThat(table.at("/rows/1/results/0").isNull()).isTrue();
    assertThat(table.at("/rows/1/results/1/labels").asInt()).isEqualTo(16);

    assertThat(accept("/v1/evaluations/compare" + ids, "text/markdown").body())
        .startsWith(
            "| Method | Labels | encoder@1 on patterns 1 | random encoder@1 on patterns 1 |\n|---|---|---|---|\n| knn | 4 a class | ")
        .contains("| from-scratch | 4 a class | – | ");
    var csv = accept("/v1/evaluations/compare" + ids, "text/csv").body();
    assertThat(csv.lines()).hasSize(4);
    assertThat(csv.lines().toList().get(3))
        .startsWith(
            random.path("id").stringValue() + ",encoder@1,true,patterns,1,from-scratch,,4,16,1,")
        .endsWith(",1,1,16,,,0.002,1.0E-4,");
    assertThat(
            accept("/v1/evaluations/" + trained.path("id").stringValue(), "text/markdown").body())
        .startsWith("# encoder@1 on patterns 1\n")
        .contains("| knn, k 20, temperature 0.07 | 4 a class (16) | 2 | ");
    assertThat(trainer.get("/v1/evaluations/compare?models=encoder").json().at("/rows"))
        .isNotEmpty();
    var other = accept("/v1/evaluations/nobody", "text/csv");
    assertThat(other.status()).isEqualTo(404);
    assertThat(other.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  /// A worker dies in the middle of a network's training, another one stops in the middle of the
  /// next: each goes on behind the last checkpoint, and figures are those of an evaluation that
  /// nobody disturbed.
  @Test
  void goesOnWithinACellWhenAnotherWorkerTakesOver() {
    var request =
        "{'model': 'encoder@1', 'dataset': 'patterns', 'version': 1, 'methods': ['from-scratch'], 'fractions': [1.0], 'seeds': [10, 11], 'fromScratch': {'epochs': 40}}";
    var whole = evaluate(request);
    var path = Trained.evaluate(trainer, request);
    var id = path.substring("/v1/evaluations/".length());

    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> kept(id, "from-scratch-192-10") > 0 && dies(id));
    long fence = fence(id);
    await(path).atMost(Duration.ofMinutes(1)).until(() -> kept(id, "from-scratch-192-11") > 0);
    trainer.close();
    trainer = new TrainerNode(settings);
    long left = kept(id, "from-scratch-192-11");
    var before = trainer.get(path).json().path("cells");
    var ended = Trained.succeed(trainer, path);

    assertThat(first(id, "from-scratch-192-10", fence)).isPositive();
    assertThat(before).hasSize(1);
    assertThat(first(id, "from-scratch-192-11", fence(id))).isEqualTo(left);
    assertThat(requestsOf(ended, "from-scratch-192-10"))
        .allSatisfy(one -> assertThat(one.getFence()).isLessThan(fence(id)));
    assertThat(accuracies(ended)).isEqualTo(accuracies(whole));
    assertThat(ended.at("/cells/0")).isEqualTo(before.get(0));
    assertThat(kept(id, "from-scratch-192-11")).as("of a cell that is found").isZero();
  }

  /// The step after which the cell was last kept; 0 where it was not.
  private static long kept(String id, String cell) {
    return jdbc()
        .sql("select step from cell_checkpoint where owner_id = :id and cell = :cell")
        .param("id", id)
        .param("cell", cell)
        .query(Long.class)
        .optional()
        .orElse(0L);
  }

  /// Takes the lease from whoever has it, while he trains the first cell.
  private static boolean dies(String id) {
    return jdbc()
            .sql(
                "update appraisal set owner = null, fence = fence + 1 where id = :id and not exists (select 1 from appraisal_cell where appraisal_id = :id)")
            .param("id", id)
            .update()
        == 1;
  }

  private static long fence(String id) {
    return jdbc()
        .sql("select fence from appraisal where id = :id")
        .param("id", id)
        .query(Long.class)
        .single();
  }

  /// The first batch that an owner asked for after `fence`.
  private static long first(String id, String stream, long fence) {
    return requests(stream).stream()
        .filter(one -> one.getRunId().equals(id) && one.getFence() >= fence)
        .mapToLong(BatchRequest::getIndex)
        .min()
        .orElseThrow();
  }

  private static JdbcClient jdbc() {
    return trainer.bean(JdbcClient.class);
  }

  @Test
  void isFollowedListedAndCalledOff() {
    var busy =
        Trained.evaluate(
            trainer,
            "{'model': 'encoder@1', 'dataset': 'patterns', 'version': 1, 'methods': ['from-scratch'], 'fractions': [1.0], 'fromScratch': {'epochs': 10000, 'samples': 100000000}}");
    var waiting = Trained.evaluate(trainer, REQUEST);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> trainer.get(busy).json().path("state").stringValue().equals("RUNNING"));

    for (var path : List.of(waiting, busy)) {
      assertThat(trainer.post(path + "/cancel", "application/json", "").status()).isEqualTo(202);
      assertThat(Trained.end(trainer, path).path("state").stringValue()).isEqualTo("CANCELLED");
    }
    assertThat(trainer.get(busy + "/events").body())
        .contains("event:state")
        .contains("\"state\":\"RUNNING\"")
        .contains("event:progress")
        .contains("\"state\":\"CANCELLED\"");
    forgetProgress();
    assertThat(trainer.get(busy + "/events").body())
        .doesNotContain("event:progress")
        .contains("\"state\":\"RUNNING\"")
        .contains("\"state\":\"CANCELLED\"");
    assertThat(
            trainer
                .bean(JdbcClient.class)
                .sql("select count(*) from run_event where kind = 'progress'")
                .query(Long.class)
                .single())
        .isZero();
    var page =
        trainer
            .get("/v1/evaluations?model=encoder&dataset=patterns&state=CANCELLED&limit=1")
            .json();
    assertThat(page.at("/evaluations/0/state").stringValue()).isEqualTo("CANCELLED");
    assertThat(page.path("next").stringValue())
        .isEqualTo(page.at("/evaluations/0/id").stringValue());
    assertThat(trainer.get("/v1/evaluations?model=somebody").json().path("evaluations")).isEmpty();
  }

  /// That of evaluations, and of the runs that trained what they judge.
  private static void forgetProgress() {
    var sources = trainer.beans(ProgressLog.class);
    assertThat(sources).hasSize(2);
    for (var source : sources) {
      assertThat(source.forgetProgress(Instant.EPOCH, 100)).isZero();
      assertThat(source.forgetProgress(Instant.now().plusSeconds(60), 1)).isEqualTo(1);
      source.forgetProgress(Instant.now().plusSeconds(60), 1_000_000);
    }
  }

  @Test
  void oneKeyMakesOneEvaluation() {
    var keyed =
        trainer
            .request("/v1/evaluations")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "evaluation-1");
    var body = REQUEST.replace('\'', '"');
    var publisher = BodyPublishers.ofString(body);
    var first = trainer.send(keyed.POST(publisher));
    var again = trainer.send(keyed.POST(publisher));
    var other = trainer.send(keyed.POST(BodyPublishers.ofString(body.replace("0.125", "0.25"))));

    assertThat(first.status()).isEqualTo(202);
    assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(other.status()).isEqualTo(409);
    trainer.post(
        "/v1/evaluations/" + first.json().path("id").stringValue() + "/cancel",
        "application/json",
        "");
  }

  /// h and the projection z side by side, in the table of the run itself.
  @Test
  void aRunProbesItsProjectionWhereItsSpecSaysSo() {
    assertThat(encoder.path("table").valueStream().map(line -> line.path("encoder").stringValue()))
        .contains("simclr", "simclr.z", "random");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'model': 'encoder'      | 'model': 'nobody@1'        | 404 | nobody
          'model': 'encoder'      | 'model': 'encoder@9'       | 404 | version: 9 of encoder
          'model': 'encoder'      | 'model': 'encoder@best'    | 404 | encoder@best
          'dataset': 'patterns'   | 'dataset': 'nowhere'       | 404 | nowhere
          'version': 1            | 'version': 7               | 404 | has no version 7
          'version': 1            | 'version': 2               | 422 | INGESTING (expected: READY)
          'dataset': 'patterns'   | 'dataset': 'texts'         | 422 | dataset: texts version 1 holds texts, and encoder@1 reads images
          'dataset': 'patterns'   | 'dataset': 'colours'       | 422 | colours version 1 has images of 3 channels, and encoder@1 reads 1
          'dataset': 'patterns'   | 'dataset': 'plain'         | 422 | plain version 1 has 0 classes, labels on 0 of 192 training samples
          [0.125, 1.0]            | [0]                        | 422 | fractions[0]: 0.0 (expected: > 0 and <= 1)
          [0.125, 1.0]            | [1.25]                     | 422 | fractions[0]: 1.25 (expected: > 0 and <= 1)
          [0.125, 1.0]            | [0.5], 'perClass': [49]    | 422 | perClass: 49 (expected: <= 48, for 4 classes have 192 labels)
          'knn': {'k': 5          | 'knn': {'k': 0             | 422 | knn.k: 0 (expected: >= 1)
          {'model'                | {{'model'                  | 400 | evaluation: not readable
          """)
  void whatCannotBeEvaluatedIsRefusedAndLeavesNothing(
      String instead, String written, int status, String message) {
    var before = Trained.ids(trainer, "evaluations");

    var answer =
        trainer.post(
            "/v1/evaluations",
            "application/json",
            REQUEST.replace(instead, written).replace('\'', '"'));

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.json().path("detail").stringValue()).contains(message);
    assertThat(Trained.ids(trainer, "evaluations")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/evaluations/nobody, 404",
    "/v1/evaluations/nobody/events, 404",
    "/v1/evaluations?limit=0, 400",
    "/v1/evaluations/compare, 400",
    "/v1/evaluations/compare?ids=nobody, 404",
    "/v1/evaluations/compare?models=somebody, 404",
    "/v1/evaluations/compare?ids=a&models=b, 400"
  })
  void whatIsNotThereIsSaid(String path, int status) {
    assertThat(trainer.get(path).status()).isEqualTo(status);
  }

  private static JsonNode evaluate(String request) {
    return Trained.succeed(trainer, Trained.evaluate(trainer, request));
  }

  private static TrainerNode.Answer accept(String path, String type) {
    return trainer.send(trainer.request(path).header("Accept", type).GET());
  }

  private static List<Double> accuracies(JsonNode appraisal) {
    return numbers(appraisal, "accuracy");
  }

  private static List<Double> penalties(JsonNode appraisal) {
    return numbers(appraisal, "penalty");
  }

  private static List<Double> numbers(JsonNode appraisal, String field) {
    return appraisal.path("cells").valueStream().map(cell -> cell.path(field).asDouble()).toList();
  }

  private static List<BatchRequest> requests(String stream) {
    return augmenter.seen().stream().filter(one -> one.getStream().equals(stream)).toList();
  }

  private static List<BatchRequest> requestsOf(JsonNode appraisal, String stream) {
    var id = appraisal.path("id").stringValue();
    return requests(stream).stream().filter(one -> one.getRunId().equals(id)).toList();
  }
}
