package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.PatternBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Encoders that are trained with labels, from random weights and from published ones.
class SupervisedIT {
  private static final String SPEC =
      """
      name: %s
      dataset: patterns
      seed: 7
      encoder: {depth: 10, width: 4}
      objective: {kind: supervised, labels: 0.5}
      batch: 16
      optimiser: {learningRate: 0.01}
      training: {steps: 60}
      checkpoint: {everySteps: 5}
      evaluation: {everyEpochs: 4, samples: 100, neighbours: 5}
      """;

  private static DatasetServer datasets;
  private static Map<String, String> settings;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  /// The run whose evaluations get no batches.
  private static volatile String heldUp = "";

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    settings = RunIT.settings(datasets);
    trainer = new TrainerNode(settings);
    augmenter =
        new Augmenter(
            Servers.bootstrapServers(),
            request ->
                isHeldUp(request)
                    ? List.of()
                    : PatternBatches.answer(
                        request,
                        request.getSplit().equals("train")
                            ? DatasetServer.TRAIN
                            : DatasetServer.TEST,
                        1));
  }

  private static boolean isHeldUp(BatchRequest request) {
    return request.getRunId().equals(heldUp) && request.getStream().startsWith("evaluate-test");
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void learnsFromItsShareOfTheLabelsAndPublishesItsEncoder() {
    var run = train(SPEC.formatted("labelled"));

    int labels = DatasetServer.TRAIN / 2;
    assertThat(run.at("/plan/stepsPerEpoch").asInt()).isEqualTo(labels / 16);
    assertThat(run.at("/table/0/labels").asInt()).isEqualTo(labels);
    assertThat(run.at("/table/0/encoder").stringValue()).isEqualTo("supervised");
    assertThat(run.at("/table/0/accuracy").asDouble()).as("chance is 0.25").isGreaterThan(0.6);
    assertThat(run.path("table")).hasSize(1);
    assertThat(run.at("/figures/accuracy.train").asDouble()).isGreaterThan(0.6);
    assertThat(augmenter.seen())
        .filteredOn(
            request ->
                request.getStream().equals("train")
                    && request.getRunId().equals(run.path("id").stringValue()))
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.getSelection().getCount()).isEqualTo(labels);
              assertThat(request.getSelection().getBalanced()).isTrue();
              assertThat(request.getSpec().getRandom().getLabels()).isTrue();
            });
    var card = card(run);
    assertThat(card.at("/metrics/accuracy").asDouble())
        .isEqualTo(run.at("/table/0/accuracy").asDouble());
    assertThat(card.at("/output/dimensions").asInt()).isEqualTo(8 * 4);
    assertThat(card.at("/lineage/parent").isNull()).isTrue();
  }

  /// The worker stops in the middle of an evaluation: it is made up for, so that weights, curve and
  /// evaluations are those of a run that nobody disturbed.
  @Test
  void goesOnAfterAWorkerStoppedToTheSameBytes() {
    var longer = SPEC.replace("steps: 60", "steps: 72");
    var whole = train(longer.formatted("undisturbed"));
    var path = Trained.start(trainer, longer.formatted("disturbed"));
    heldUp = path.substring("/v1/runs/".length());
    await(path)
        .atMost(Duration.ofMinutes(1))
        .until(() -> augmenter.seen().stream().anyMatch(SupervisedIT::isHeldUp));
    trainer.close();
    heldUp = "";
    trainer = new TrainerNode(settings);
    assertThat(trainer.get(path).json().path("state").stringValue()).isEqualTo("RUNNING");

    var resumed = Trained.succeed(trainer, path);

    assertThat(hash(resumed)).isEqualTo(hash(whole));
    assertThat(points(resumed)).hasSize(72).isEqualTo(points(whole));
    assertThat(evaluations(resumed)).hasSize(3).isEqualTo(evaluations(whole));
  }

  private static List<String> points(JsonNode run) {
    return metrics(run, "points", "step", "epoch", "loss", "learningRate");
  }

  private static List<String> evaluations(JsonNode run) {
    return metrics(run, "evaluations", "step", "epoch", "figures");
  }

  private static List<String> metrics(JsonNode run, String part, String... fields) {
    var path = "/v1/runs/" + run.path("id").stringValue() + "/metrics";
    return trainer
        .get(path)
        .json()
        .path(part)
        .valueStream()
        .map(line -> Stream.of(fields).map(line::path).map(JsonNode::toString).toList().toString())
        .toList();
  }

  /// With a step too small to change anything.
  @Test
  void fineTuningBeginsWithExactlyThePublishedWeights() throws Exception {
    var parent = train(SPEC.formatted("parent"));

    var child =
        train(
            """
            name: child
            dataset: patterns
            seed: 8
            initial: {model: parent}
            objective: {kind: supervised, perClass: 8}
            batch: 16
            optimiser: {kind: sgd, learningRate: 1.0e-30, weightDecay: 0}
            training: {steps: 3}
            evaluation: {samples: 100, neighbours: 5}
            """);

    assertThat(child.at("/spec/initial/model").stringValue()).isEqualTo("parent@1");
    assertThat(child.at("/spec/encoder/width").asInt()).isEqualTo(4);
    assertThat(card(child).at("/lineage/parent").stringValue()).isEqualTo("parent@1");
    assertThat(child.at("/table/0/encoder").stringValue()).isEqualTo("fine-tuned");
    var begun = Trained.weights(trainer, child, folder);
    var given = Trained.weights(trainer, parent, folder);
    assertThat(begun.keySet()).isEqualTo(given.keySet());
    assertThat(given.keySet()).filteredOn(name -> name.contains("conv")).isNotEmpty();
    given.forEach(
        (name, tensor) -> {
          if (name.contains("conv")) {
            assertThat(begun.get(name)).as(name).isEqualTo(tensor);
          }
        });
  }

  /// What it published ends in the mean of its latent space, beyond the encoder that its card
  /// names.
  @Test
  void aVariationalAutoEncoderIsFineTunedThroughItsMean() throws Exception {
    var parent =
        train(
            """
            name: auto-encoder
            dataset: patterns
            seed: 7
            objective: {kind: vae, latent: 8, decoder: {width: 4}}
            encoder: {width: 4}
            augmentation: {size: 28}
            batch: 32
            training: {steps: 6}
            evaluation: {samples: 100, neighbours: 5, fractions: [], scratch: []}
            """);

    var child =
        train(
            """
            name: auto-tuned
            dataset: patterns
            initial: {model: auto-encoder@1}
            objective: {kind: supervised}
            batch: 32
            optimiser: {kind: sgd, learningRate: 1.0e-30, weightDecay: 0}
            training: {steps: 3}
            evaluation: {samples: 100, neighbours: 5}
            """);

    assertThat(child.at("/spec/encoder/kind").stringValue()).isEqualTo("latent-mean");
    assertThat(child.at("/spec/augmentation/size").asInt()).isEqualTo(28);
    assertThat(card(child).at("/output/dimensions").asInt()).isEqualTo(8);
    var begun = Trained.weights(trainer, child, folder);
    var given = Trained.weights(trainer, parent, folder);
    for (var name : List.of("mean.weight", "stage0.conv.weight")) {
      assertThat(begun.get(name)).as(name).isNotNull().isEqualTo(given.get(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          labels: 0.5              | labels: 0                     | 422 | objective.labels: 0.0 (expected: > 0 and <= 1)
          labels: 0.5              | labels: 1.01                  | 422 | objective.labels: 1.01 (expected: > 0 and <= 1)
          labels: 0.5              | perClass: 49                  | 422 | objective.perClass: 49 (expected: <= 48
          labels: 0.5              | perClass: 2                   | 422 | batch: 16 (expected: <= 8, the training samples
          dataset: patterns        | dataset: {name: plain, version: 1} | 422 | plain version 1 has 0 classes
          dataset: patterns        | dataset: {name: texts, version: 1} | 422 | holds texts (expected: images, or an encoder of texts: masked-transformer or causal-transformer)
          encoder: {depth: 10, width: 4} | initial: {model: nobody@1}     | 404 | nobody
          """)
  void whatCannotBeSupervisedIsRefused(String instead, String written, int status, String message) {
    refused(SPEC.formatted("never").replace(instead, written), status, message);
  }

  @Test
  void whatDoesNotFitItsParentIsRefused() {
    train(SPEC.formatted("grey"));
    var child = SPEC.formatted("never").replace("encoder: {depth: 10, width: 4}", "%s");
    refused(
        child.formatted("initial: {model: grey@1}\nencoder: {depth: 18}"),
        422,
        "encoder.depth: \"18\" (expected: 10, which grey@1 has, or nothing)");
    refused(
        child
            .formatted("initial: {model: grey@1}")
            .replace("dataset: patterns", "dataset: {name: colours, version: 1}"),
        422,
        "colours version 1 has images of 3 channels, and grey@1 reads 1");
    refused(child.formatted("initial: {model: grey@2}"), 404, "version: 2 of grey");
    refused(child.formatted("initial: {model: grey@best}"), 404, "grey@best");
  }

  @Test
  void aRetryFindsItsRunWhateverHasBecomeOfTheAlias() {
    train(SPEC.replace("steps: 60", "steps: 2").formatted("named"));
    var best = "/v1/registry/models/named/aliases/best";
    assertThat(trainer.put(best, "{\"version\": 1}").status()).isEqualTo(200);
    var keyed =
        trainer
            .request("/v1/runs")
            .header("Content-Type", "application/yaml")
            .header("Idempotency-Key", "to-the-best")
            .POST(
                BodyPublishers.ofString(
                    SPEC.formatted("keyed")
                        .replace(
                            "encoder: {depth: 10, width: 4}", "initial: {model: named@best}")));
    var first = trainer.send(keyed);
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(first.json().at("/spec/initial/model").stringValue()).isEqualTo("named@1");
    var id = first.json().path("id").stringValue();
    assertThat(trainer.post("/v1/runs/" + id + "/cancel", "application/json", "").status())
        .isEqualTo(202);

    assertThat(trainer.delete(best).status()).isEqualTo(204);
    var again = trainer.send(keyed);
    assertThat(again.status()).as(again.body()).isEqualTo(201);
    assertThat(again.json().path("id").stringValue()).isEqualTo(id);
  }

  private static void refused(String spec, int status, String message) {
    var before = Trained.ids(trainer, "runs");
    var answer = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().path("detail").stringValue()).contains(message);
    assertThat(Trained.ids(trainer, "runs")).isEqualTo(before);
  }

  private static JsonNode train(String spec) {
    return Trained.succeed(trainer, Trained.start(trainer, spec));
  }

  private static JsonNode card(JsonNode run) {
    return Trained.version(trainer, run).path("card");
  }

  private static String hash(JsonNode run) {
    return Trained.version(trainer, run)
        .path("files")
        .valueStream()
        .filter(file -> file.path("name").stringValue().equals("weights.safetensors"))
        .map(file -> file.path("sha256").stringValue())
        .findFirst()
        .orElseThrow();
  }
}
