package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.TokenBatches;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Runs on texts through the service.
class TextRunIT {
  /// A field a line.
  static final String SPEC =
      """
      name: notes
      dataset: notes
      seed: 7
      objective: {kind: clm}
      encoder: {layers: 2, width: 16, heads: 2, feedForward: 32}
      text: {tokenizer: bytes, context: 12}
      batch: 32
      optimiser: {learningRate: 0.02}
      training: {epochs: 20}
      checkpoint: {everySteps: 5}
      evaluation: {everyEpochs: 10, samples: 100, neighbours: 5, labels: [40], fractions: [1.0], scratch: [0.5]}
      """;

  private static final List<String> HUGGING_FACE =
      List.of(
          LlamaFolder.CONFIG,
          LlamaFolder.WEIGHTS,
          LlamaFolder.TOKENIZER,
          LlamaFolder.TOKENIZER_CONFIG);

  @TempDir Path folder;
  private static DatasetServer datasets;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    var settings = RunIT.settings(datasets);
    settings.put("ATHANOR_TRAINER_TOKENS_PATIENCE", "1s");
    trainer = new TrainerNode(settings);
    augmenter = new Augmenter(Servers.bootstrapServers(), TokenBatches::answer);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
  }

  @Test
  void aCausalModelIsPublishedAsEncoderAndAsLanguageModel() throws Exception {
    var run = succeed(SPEC.replace("name: notes", "name: causal"));

    long tokens = DatasetServer.TRAIN * (TokenBatches.LENGTH + 1L);
    assertThat(run.at("/plan/tokens/train/tokens").asLong()).isEqualTo(tokens);
    assertThat(run.at("/plan/stepsPerEpoch").asLong()).isEqualTo((tokens - 1) / 12 / 32);
    var figures = run.path("figures");
    double loss = figures.path("heldout.loss").doubleValue();
    // Of 26 letters and an end, all equally likely, nothing could be said but this.
    assertThat(loss).isPositive().isLessThan(Math.log(27));
    assertThat(figures.path("heldout.perplexity").doubleValue())
        .isCloseTo(Math.exp(loss), within(1e-6));
    // All tokens' nats over the bytes, of which the tokens between documents have none.
    assertThat(figures.path("heldout.bits-per-byte").doubleValue())
        .isCloseTo(loss / Math.log(2) * 13 / 12, within(1e-6));
    assertThat(figures.path("collapse.std").doubleValue()).isPositive();
    assertThat(run.path("alarm").isNull()).as(figures.toString()).isTrue();
    assertThat(run.path("table").valueStream().map(TextRunIT::line))
        .containsExactlyInAnyOrder(
            "clm linear 40",
            "clm knn 40",
            "clm linear 192",
            "clm knn 192",
            "random linear 40",
            "random knn 40",
            "random linear 192",
            "random knn 192",
            "tf-idf linear 40",
            "tf-idf linear 192",
            "scratch supervised 96");

    var made = trainer.get("/v1/runs/" + run.path("id").stringValue() + "/texts").json();
    assertThat(made.at("/texts/0/name").stringValue()).isEqualTo("samples");
    assertThat(made.at("/texts/0/texts").valueStream().map(text -> text.asString().length()))
        .hasSize(4)
        .anyMatch(length -> length > 3);

    var encoder = version("causal");
    assertThat(files(encoder))
        .containsExactlyInAnyOrder(
            "model.onnx", "weights.safetensors", "tokenizer.json", "card.json");
    assertThat(encoder.at("/card/kind").stringValue()).isEqualTo("text-encoder");
    assertThat(encoder.at("/card/input").toString())
        .isEqualTo(
            "{\"name\":\"input_ids\",\"mask\":\"attention_mask\",\"layout\":\"NT\",\"type\":\"int64\",\"tokens\":12,\"padding\":257,\"tokenizer\":\"tokenizer.json\",\"vocabulary\":259}");
    assertThat(encoder.at("/card/output").toString())
        .isEqualTo(
            "{\"name\":\"embedding\",\"dimensions\":16,\"pooling\":\"none\",\"normalise\":false}");

    var model = version("causal-lm");
    assertThat(files(model)).contains("model.onnx", "card.json").containsAll(HUGGING_FACE);
    assertThat(model.at("/card/kind").stringValue()).isEqualTo("language-model");
    assertThat(model.at("/card/output").toString())
        .isEqualTo("{\"name\":\"logits\",\"vocabulary\":259}");
    for (var file : HUGGING_FACE) {
      Files.write(folder.resolve(file), download("causal-lm", file));
    }
    var read = LlamaFolder.read(folder);
    assertThat(read.transformer().context()).isEqualTo(12);
    assertThat(read.ends()).containsExactly(256);

    refused(
        "/v1/evaluations",
        "application/json",
        "{\"model\": \"causal-lm\", \"dataset\": \"notes\"}",
        "model: causal-lm@latest is of kind \"language-model\" (expected: image-encoder or text-encoder)");
    conflict(
        SPEC.replace("name: notes", "name: causal-lm").replace("{kind: clm}", "{kind: mlm}"),
        "name: \"causal-lm\" is the language model of \"causal\" (expected: another name)");
    // Another version of both is welcome.
    var again =
        trainer.post("/v1/runs", "application/yaml", SPEC.replace("name: notes", "name: causal"));
    assertThat(again.status()).as(again.body()).isEqualTo(201);
    cancel(again);
  }

  @Test
  void aRunWhoseLanguageModelWouldMeetAnotherModelIsRefused() {
    var spec = SPEC.replace("{kind: clm}", "{kind: mlm}").replace("name: notes", "name: wide-lm");
    var first = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    conflict(
        SPEC.replace("name: notes", "name: wide"),
        "name: \"wide\" would publish its language model as \"wide-lm\", which is another model (expected: another name)");
    cancel(first);
  }

  private static void conflict(String spec, String message) {
    var answer = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(answer.status()).as(answer.body()).isEqualTo(409);
    assertThat(answer.json().path("detail").stringValue()).isEqualTo(message);
  }

  private static void cancel(TrainerNode.Answer created) {
    var id = created.json().path("id").stringValue();
    assertThat(trainer.post("/v1/runs/" + id + "/cancel", "application/json", "").status())
        .isEqualTo(202);
  }

  /// A letter alone in a document of the other class would be a surprise: the neighbours say which
  /// class it is.
  @Test
  void aMaskedModelIsPublishedAsAnEncoderOfTexts() {
    var run =
        succeed(
            SPEC.replace("name: notes", "name: masked")
                .replace("{kind: clm}", "{kind: mlm}")
                .replace("context: 12", "context: 16"));

    assertThat(run.at("/plan/stepsPerEpoch").asLong()).isEqualTo(DatasetServer.TRAIN / 32);
    var path = "/v1/runs/" + run.path("id").stringValue() + "/metrics";
    assertThat(trainer.get(path).json().path("points").valueStream())
        .as("a step without a hidden token has no loss")
        .extracting(point -> point.path("step").asInt())
        .hasSize(20 * DatasetServer.TRAIN / 32 - 1)
        .doesNotContain(TokenBatches.NOTHING_HIDDEN + 1);
    var figures = run.path("figures");
    assertThat(figures.path("heldout.loss").doubleValue())
        .isPositive()
        .isLessThan(Math.log(26) - 0.3);
    assertThat(figures.has("heldout.bits-per-byte")).isFalse();
    assertThat(run.path("alarm").isNull()).as(figures.toString()).isTrue();
    assertThat(figures.path("linear.accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(files(version("masked"))).contains("model.onnx", "tokenizer.json");
    assertThat(trainer.get("/v1/registry/models/masked-lm").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tokenizer: bytes | tokenizer: broken  | tokens-not-ready: notes version 1 by tokenizer broken: shard 3 is gone
          tokenizer: bytes | tokenizer: endless | tokens-not-ready: notes version 1 by tokenizer endless: 50 % tokenised for 1 s (expected: more)
          batch: 32        | batch: 1000        | batch: 1000 (expected: <= 207, the rows that the training split of notes version 1 has)
          """)
  void aRunThatCannotBeginSaysWhy(String instead, String written, String reason) {
    var run = end(start(SPEC.replace(instead, written)));

    assertThat(run.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(run.path("reason").stringValue()).isEqualTo(reason);
  }

  private static void refused(String path, String type, String asked, String message) {
    var answer = trainer.post(path, type, asked);
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.json().path("detail").stringValue()).isEqualTo(message);
  }

  private static String line(JsonNode verdict) {
    return "%s %s %d"
        .formatted(
            verdict.path("encoder").stringValue(),
            verdict.path("method").stringValue(),
            verdict.path("labels").intValue());
  }

  private static JsonNode version(String model) {
    return trainer.get("/v1/registry/models/" + model + "/versions/1").json();
  }

  private static List<String> files(JsonNode version) {
    return version.path("files").valueStream().map(file -> file.path("name").asString()).toList();
  }

  private static byte[] download(String model, String file) throws Exception {
    var path = "/v1/registry/models/%s/versions/1/files/%s".formatted(model, file);
    try (var http = HttpClient.newHttpClient()) {
      return http.send(trainer.request(path).GET().build(), BodyHandlers.ofByteArray()).body();
    }
  }

  private static String start(String spec) {
    var created = trainer.post("/v1/runs", "application/yaml", spec);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return "/v1/runs/" + created.json().path("id").stringValue();
  }

  private static JsonNode end(String path) {
    await(path)
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                !Set.of("QUEUED", "RUNNING", "EVALUATING")
                    .contains(trainer.get(path).json().path("state").stringValue()));
    return trainer.get(path).json();
  }

  private static JsonNode succeed(String spec) {
    var run = end(start(spec));
    assertThat(run.path("state").stringValue()).as(run.toString()).isEqualTo("SUCCEEDED");
    return run;
  }
}
