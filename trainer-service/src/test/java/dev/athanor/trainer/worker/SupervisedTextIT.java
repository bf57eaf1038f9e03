package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.TokenBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Encoders of texts that are trained with labels, and evaluated: from random weights and from
/// published ones.
class SupervisedTextIT {
  /// A batch behind the second checkpoint.
  private static final int HELD_UP = 12;

  private static final String MASKED =
      "{kind: masked-transformer, layers: 1, width: 16, heads: 2, feedForward: 32}";
  private static final String CAUSAL =
      "{kind: causal-transformer, layers: 1, width: 16, heads: 2, feedForward: 32}";
  private static final String SPEC =
      """
      name: %s
      dataset: notes
      seed: 7
      encoder: %s
      text: {tokenizer: bytes, context: 12}
      objective: {kind: supervised, labels: 0.5}
      batch: 16
      optimiser: {learningRate: 0.01}
      training: {steps: 60}
      checkpoint: {everySteps: 5}
      evaluation: {everyEpochs: 4, samples: 100, neighbours: 5}
      """;
  private static final String UNLABELLED =
      """
      name: %s
      dataset: notes
      seed: 7
      encoder: %s
      text: {tokenizer: bytes, context: 12}
      objective: {kind: %s}
      batch: 32
      training: {steps: 6}
      evaluation: {samples: 100, neighbours: 5, labels: [], fractions: []}
      """;
  private static final String CHILD =
      """
      name: never
      dataset: notes
      initial: {model: published}
      objective: {kind: supervised}
      batch: 16
      training: {steps: 3}
      """;
  private static final String REQUEST =
      """
      {'model': 'published', 'dataset': 'notes',
       'methods': ['knn', 'linear-probe', 'tf-idf', 'fine-tune', 'from-scratch'], 'fractions': [0.125, 1.0], 'seeds': [3, 4],
       'knn': {'k': 5, 'temperature': 0.1},
       'fineTune': {'epochs': 20, 'learningRate': 0.01}, 'fromScratch': {'epochs': 2, 'batch': 16}}
      """;

  private static DatasetServer datasets;
  private static Map<String, String> settings;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  /// Whether batches of training from [#HELD_UP] on are kept back.
  private static volatile boolean holding;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    settings = RunIT.settings(datasets);
    trainer = new TrainerNode(settings);
    augmenter =
        new Augmenter(
            Servers.bootstrapServers(),
            request -> isHeldUp(request) ? List.of() : TokenBatches.answer(request));
    train(SPEC.formatted("published", MASKED));
  }

  private static boolean isHeldUp(BatchRequest request) {
    return holding && request.getStream().equals("train") && request.getIndex() >= HELD_UP;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {MASKED, CAUSAL})
  void learnsFromItsShareOfTheLabelsAndPublishesAnEncoderOfTexts(String encoder) {
    var run = train(SPEC.formatted("labelled", encoder));

    int labels = DatasetServer.TRAIN / 2;
    assertThat(run.at("/plan/stepsPerEpoch").asInt()).isEqualTo(labels / 16);
    assertThat(run.path("table")).hasSize(1);
    assertThat(run.at("/table/0/encoder").stringValue()).isEqualTo("supervised");
    assertThat(run.at("/table/0/labels").asInt()).isEqualTo(labels);
    assertThat(run.at("/table/0/accuracy").asDouble()).as("chance is 0.5").isGreaterThan(0.9);
    assertThat(run.at("/figures/accuracy.train").asDouble()).isGreaterThan(0.9);
    assertThat(requestsOf(run, "train"))
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.getSelection().getCount()).isEqualTo(labels);
              assertThat(request.getSelection().getBalanced()).isTrue();
              assertThat(request.getSpec().getTokenSequences().getShuffled()).isTrue();
              assertThat(request.getSpec().getTokenSequences().getLength()).isEqualTo(12);
            });
    var version = Trained.version(trainer, run);
    var card = version.path("card");
    assertThat(card.path("kind").stringValue()).isEqualTo("text-encoder");
    assertThat(card.at("/metrics/accuracy").asDouble())
        .isEqualTo(run.at("/table/0/accuracy").asDouble());
    assertThat(card.at("/output/dimensions").asInt()).isEqualTo(16);
    assertThat(version.path("files").valueStream().map(file -> file.path("name").stringValue()))
        .containsExactlyInAnyOrder(
            "card.json", "model.onnx", "tokenizer.json", "weights.safetensors");
  }

  /// The worker stops while it waits for a batch behind its checkpoints.
  @Test
  void goesOnAfterAWorkerStoppedToTheSameBytes() {
    var whole = train(SPEC.formatted("undisturbed", MASKED));
    holding = true;
    var path = Trained.start(trainer, SPEC.formatted("disturbed", MASKED));
    trainer = Trained.restarted(trainer, settings, path);
    holding = false;

    var resumed = Trained.succeed(trainer, path);

    assertThat(hash(resumed)).isEqualTo(hash(whole));
  }

  /// With a step too small to change anything, and a classifier of another number of classes.
  @ParameterizedTest
  @CsvSource({"mlm, masked", "clm, causal"})
  void fineTuningOnAnotherDataSetBeginsWithExactlyThePublishedWeights(String kind, String encoder)
      throws Exception {
    var parent =
        train(
            UNLABELLED.formatted(
                "parent-" + kind, encoder.equals("masked") ? MASKED : CAUSAL, kind));

    var child =
        train(
            """
            name: child-%s
            dataset: memos
            seed: 8
            initial: {model: parent-%1$s}
            objective: {kind: supervised, perClass: 8}
            batch: 8
            optimiser: {kind: sgd, learningRate: 1.0e-30, weightDecay: 0}
            training: {steps: 3}
            evaluation: {samples: 100, neighbours: 5}
            """
                .formatted(kind));

    assertThat(child.at("/spec/initial/model").stringValue()).isEqualTo("parent-" + kind + "@1");
    assertThat(child.at("/spec/encoder/width").asInt()).isEqualTo(16);
    assertThat(child.at("/spec/text/tokenizer").stringValue()).isEqualTo("bytes");
    assertThat(child.at("/spec/text/context").asInt()).isEqualTo(12);
    assertThat(child.at("/table/0/encoder").stringValue()).isEqualTo("fine-tuned");
    assertThat(child.at("/table/0/labels").asInt()).isEqualTo(24);
    var card = Trained.version(trainer, child).path("card");
    assertThat(card.at("/lineage/parent").stringValue()).isEqualTo("parent-" + kind + "@1");
    assertThat(card.at("/dataset/name").stringValue()).isEqualTo("memos");
    var begun = Trained.weights(trainer, child, folder);
    var given = Trained.weights(trainer, parent, folder);
    assertThat(given).isNotEmpty();
    assertThat(begun).isEqualTo(given);
  }

  @Test
  void evaluationsFindTheSameFiguresAgainBitForBit() {
    var first = evaluate(REQUEST);
    var again = evaluate(REQUEST);

    assertThat(first.path("model").stringValue()).isEqualTo("published@1");
    assertThat(first.path("cells")).hasSize(5 * 2 * 2);
    assertThat(accuracies(first)).isEqualTo(accuracies(again));
    assertThat(first.path("results")).hasSize(5 * 2);
    assertThat(first.path("results").valueStream().map(line -> line.path("seeds").asInt()))
        .allMatch(seeds -> seeds == 2);
    assertThat(result(first, "linear-probe").path("labels").asInt()).isEqualTo(24);
    assertThat(result(first, "linear-probe").path("accuracy").asDouble())
        .as("of an encoder that was trained with labels")
        .isGreaterThan(0.9);
    assertThat(result(first, "fine-tune").path("accuracy").asDouble()).isGreaterThan(0.9);
    assertThat(result(first, "fine-tune").at("/training/steps").asInt()).isEqualTo(20);
    // Every document is one word. The 24 that were learnt are right where they are met again, and
    // of the other 56 those of one class.
    assertThat(result(first, "tf-idf").path("accuracy").asDouble()).isEqualTo(52 / 80.0);
    // Embedded once for all methods, shares and seeds, and once a seed where that draws the labels;
    // the other passes over the test split are those of the networks that are trained.
    assertThat(requestsOf(first, "evaluate-train-192")).hasSize(1);
    assertThat(requestsOf(first, "evaluate-train-24-3-balanced")).hasSize(1);
    assertThat(requestsOf(first, "evaluate-train-24-4-balanced")).hasSize(1);
    assertThat(requestsOf(first, "evaluate-test-80")).hasSize(1 + 2 * 2 * 2);
    // Batches of 16 documents, which are long.
    assertThat(requestsOf(first, "documents-test-80")).hasSize(5);
    assertThat(requestsOf(first, "documents-train-24-4-balanced")).hasSize(2);
  }

  @Test
  void aTrainedEncoderIsComparedWithARandomOneOnAnotherDataSet() {
    var asked =
        "{'model': 'published', 'dataset': 'memos', 'methods': ['linear-probe', 'tf-idf'], 'perClass': [16], 'seeds': [1], 'random': %s}";
    var ids =
        "?ids=%s,%s"
            .formatted(
                evaluate(asked.formatted(false)).path("id").stringValue(),
                evaluate(asked.formatted(true)).path("id").stringValue());

    var table = trainer.get("/v1/evaluations/compare" + ids).json();

    assertThat(table.at("/rows/0/results/0/labels").asInt()).isEqualTo(48);
    assertThat(table.at("/rows/0/results/0/accuracy").asDouble()).isGreaterThan(0.9);
    assertThat(table.at("/rows/0/results/1/labels").asInt()).isEqualTo(48);
    var markdown =
        trainer.send(
            trainer
                .request("/v1/evaluations/compare" + ids)
                .header("Accept", "text/markdown")
                .GET());
    assertThat(markdown.body())
        .startsWith("| Method | Labels | published@1 on memos 1 | random published@1 on memos 1 |")
        .contains("| tf-idf | 16 a class | ");
    var csv =
        trainer.send(
            trainer.request("/v1/evaluations/compare" + ids).header("Accept", "text/csv").GET());
    assertThat(csv.body().lines())
        .hasSize(5)
        .anyMatch(line -> line.contains("published@1,true,memos,1,linear-probe,,16,48,1,"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          labels: 0.5    | labels: 0                  | objective.labels: 0.0 (expected: > 0 and <= 1)
          labels: 0.5    | labels: 1.01               | objective.labels: 1.01 (expected: > 0 and <= 1)
          labels: 0.5    | perClass: 97               | objective.perClass: 97 (expected: <= 96
          dataset: notes | dataset: {name: texts, version: 1} | texts version 1 has 0 classes and 0 labelled training samples
          dataset: notes | dataset: patterns          | encoder.kind: masked-transformer reads texts, but version 1 of patterns holds images (expected: texts, or an encoder of images: resnet or convnet or latent-mean)
          tokenizer: bytes | tokenizer: nobody        | text.tokenizer: "nobody" is not known
          batch: 16      | augmentation: {flip: 0.5}  | augmentation: given (expected: none, for masked-transformer reads texts)
          """)
  void whatCannotBeSupervisedIsRefused(String instead, String written, String message) {
    refused(SPEC.formatted("never", MASKED).replace(instead, written), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch: 16      | text: {tokenizer: maskless} | text.tokenizer: "maskless" (expected: bytes, which published@1 was trained with, or nothing)
          batch: 16      | text: {context: 16}         | text.context: 16 (expected: 12, which the weights of published@1 are for)
          batch: 16      | encoder: {layers: 2}        | encoder.layers: "2" (expected: 1, which published@1 has, or nothing)
          dataset: notes | dataset: patterns           | dataset: patterns version 1 holds images, and published@1 reads texts (expected: a data set of texts)
          kind: supervised | kind: clm                 | encoder.kind: masked-transformer (expected: causal-transformer, which clm trains)
          """)
  void whatDoesNotFitItsParentIsRefused(String instead, String written, String message) {
    refused(CHILD.replace(instead, written), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'dataset': 'notes' | 'dataset': 'patterns' | dataset: patterns version 1 holds images, and published@1 reads texts (expected: a data set of texts)
          'dataset': 'notes' | 'dataset': 'texts', 'version': 1 | texts version 1 has 0 classes, labels on 0 of 500 training samples
          [0.125, 1.0]       | [0]                   | fractions[0]: 0.0 (expected: > 0 and <= 1)
          [0.125, 1.0]       | [1.25]                | fractions[0]: 1.25 (expected: > 0 and <= 1)
          """)
  void whatCannotBeEvaluatedIsRefused(String instead, String written, String message) {
    var answer =
        trainer.post(
            "/v1/evaluations",
            "application/json",
            REQUEST.replace(instead, written).replace('\'', '"'));
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.json().path("detail").stringValue()).contains(message);
  }

  /// Ids of another file would be other words to the encoder.
  @Test
  void anotherFileUnderTheTokenizersNameIsRefused() {
    datasets.otherFile(true);
    try {
      refused(CHILD, "published@1 reads texts by tokenizer bytes, which is another file by now");
    } finally {
      datasets.otherFile(false);
    }
  }

  private static void refused(String spec, String message) {
    var before = Trained.ids(trainer, "runs");
    var answer = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.json().path("detail").stringValue()).contains(message);
    assertThat(Trained.ids(trainer, "runs")).isEqualTo(before);
  }

  private static JsonNode train(String spec) {
    return Trained.succeed(trainer, Trained.start(trainer, spec));
  }

  private static JsonNode evaluate(String request) {
    return Trained.succeed(trainer, Trained.evaluate(trainer, request));
  }

  /// The first share's.
  private static JsonNode result(JsonNode evaluation, String method) {
    return evaluation
        .path("results")
        .valueStream()
        .filter(line -> line.path("method").stringValue().equals(method))
        .findFirst()
        .orElseThrow();
  }

  private static List<Double> accuracies(JsonNode evaluation) {
    return evaluation
        .path("cells")
        .valueStream()
        .map(cell -> cell.path("accuracy").asDouble())
        .toList();
  }

  private static List<BatchRequest> requestsOf(JsonNode work, String stream) {
    var id = work.path("id").stringValue();
    return augmenter.seen().stream()
        .filter(one -> one.getStream().equals(stream) && one.getRunId().equals(id))
        .toList();
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
