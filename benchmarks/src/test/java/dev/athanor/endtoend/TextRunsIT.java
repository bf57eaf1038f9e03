package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.athanor.launcher.demo.StoriesTable;
import dev.athanor.launcher.process.Service;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Texts go in, language models come out: dataset, tokenizer, tokens, batches through the broker,
/// training, evaluation, publishing, each in the service that it belongs to.
class TextRunsIT {
  private static final float NEAR = 1e-4f;
  private static final int CONTEXT = 32;
  private static final int STEPS = 200;
  private static final String TEXT = "The old sailor kept the lantern.";

  @TempDir static Path folder;
  private static RunningPlatform platform;
  private static ShapesRuns runs;
  private static JsonNode causal;

  @BeforeAll
  static void start() throws Exception {
    platform =
        new RunningPlatform(Map.of("ATHANOR_TRAINER_LEASE_TTL", "4s"))
            .start(Service.GATEWAY, Service.AUGMENTATION, Service.TRAINER);
    runs = new ShapesRuns(platform.gateway());
    ingest();
    runs.gateway()
        .post(
            "/v1/tokenizers",
            Map.of("name", "stories", "dataset", "stories", "version", 1, "vocabulary", 400));
    await("tokenizer")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                runs.gateway()
                    .get("/v1/tokenizers/stories")
                    .path("state")
                    .asString()
                    .equals("READY"));
    causal = runs.finish(runs.start(causalSpec("causal")));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    platform.close();
  }

  private static void ingest() throws IOException, InterruptedException {
    var version = "/v1/datasets/stories/versions/1";
    runs.gateway().post("/v1/datasets/stories/versions", Map.of());
    runs.gateway().put(version + "/files/train/train.tsv", table(0, 1200));
    runs.gateway().put(version + "/files/test/test.tsv", table(1200, 200));
    runs.gateway().post(version + "/ingest", Map.of());
    var ingested = runs.awaitIngest(version);
    assertThat(ingested.path("state").asString()).as(ingested.toString()).isEqualTo("READY");
  }

  private static ByteArrayInputStream table(long first, int stories) throws IOException {
    var bytes = new ByteArrayOutputStream();
    new StoriesTable(3, first, stories).writeTo(bytes);
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  /// A model that knew only how frequent each token is would come to the entropy of one.
  @Test
  void aCausalModelPredictsMoreThanFrequenciesDo() throws Exception {
    var figures = causal.path("figures");
    var test = causal.at("/plan/tokens/test");
    double unigram =
        unigramNats() / Math.log(2) * test.path("tokens").asLong() / test.path("bytes").asLong();

    assertThat(figures.path("heldout.bits-per-byte").asDouble())
        .isPositive()
        .isLessThan(unigram - 0.1);
    assertThat(figures.path("heldout.perplexity").asDouble())
        .isCloseTo(Math.exp(figures.path("heldout.loss").asDouble()), within(1e-6));
    var texts = runs.gateway().get("/v1/runs/" + causal.path("id").asString() + "/texts");
    assertThat(texts.at("/texts/0/texts/0").asString()).contains(" ");
  }

  @Test
  void theLanguageModelLoadsFromItsHuggingFaceFolderAndFromOnnx() throws Exception {
    var files = folder.resolve("causal-lm");
    Files.createDirectories(files);
    for (var file : List.of(LlamaFolder.CONFIG, LlamaFolder.WEIGHTS, LlamaFolder.TOKENIZER)) {
      download("causal-lm", file, files);
    }
    var model = LlamaFolder.read(files);
    var onnx = download("causal-lm", "model.onnx", files);
    long[] ids = ids(files);

    var expected = TrainersForward.of(model.transformer().languageModel(), model.weights(), ids);
    assertThat(languageModel(onnx, model, ids)).containsExactly(expected, within(NEAR));
  }

  @Test
  void aMaskedModelOfDocumentsIsPublishedAsTheTrainerComputesIt() throws Exception {
    var finished = runs.finish(runs.start(maskedSpec("masked")));

    assertThat(finished.path("table").valueStream().map(line -> line.path("encoder").asString()))
        .contains("mlm", "random", "tf-idf");
    assertThat(finished.path("figures").path("heldout.loss").asDouble()).isPositive();
    var files = folder.resolve("masked");
    Files.createDirectories(files);
    download("masked", "tokenizer.json", files);
    var weights = Safetensors.read(download("masked", "weights.safetensors", files)).tensors();
    var onnx = download("masked", "model.onnx", files);
    var net = new MaskedTransformer(2, 32, 2, 64, 400, CONTEXT);
    long[] ids = ids(files);

    var expected = TrainersForward.of(((TextEncoder) net).embedding(), weights, ids);
    assertThat(embedding(onnx, ids, 0)).containsExactly(expected, within(NEAR));
    // What stands where the mask is 0 is nobody's business.
    assertThat(embedding(onnx, ids, 5)).containsExactly(expected, within(NEAR));
  }

  @Test
  void whatACausalModelKnowsOfTextsIsTunedWithLabelsAndJudged() throws Exception {
    var spec = spec("tuned", Map.of("kind", "supervised", "perClass", 40));
    spec.remove("text");
    spec.put("initial", Map.of("model", "causal"));
    spec.put("batch", 16);
    spec.put("training", Map.of("epochs", 5));
    var tuned = runs.finish(runs.start(spec));

    assertThat(tuned.at("/spec/text/tokenizer").asString()).isEqualTo("stories");
    assertThat(tuned.at("/table/0/encoder").asString()).isEqualTo("fine-tuned");
    int classes = tuned.at("/table/0/labels").asInt() / 40;
    assertThat(classes).isGreaterThan(1);
    assertThat(tuned.at("/table/0/accuracy").asDouble()).isGreaterThan(1.5 / classes);
    assertThat(
            download("tuned", "tokenizer.json", Files.createDirectories(folder.resolve("tuned"))))
        .hasSameBinaryContentAs(
            download(
                "causal", "tokenizer.json", Files.createDirectories(folder.resolve("parent"))));

    var asked =
        runs.gateway()
            .post(
                "/v1/evaluations",
                Map.of(
                    "model", "tuned",
                    "dataset", "stories",
                    "methods", List.of("knn", "linear-probe", "tf-idf", "fine-tune"),
                    "perClass", List.of(40),
                    "fineTune", Map.of("batch", 16, "epochs", 5, "learningRate", 0.01)));
    var path = "/v1/evaluations/" + asked.path("id").asString();
    await("evaluation")
        .atMost(Duration.ofMinutes(2))
        .until(() -> !runs.gateway().get(path).path("finishedAt").isNull());
    var judged = runs.gateway().get(path);
    assertThat(judged.path("state").asString()).as(judged.toString()).isEqualTo("SUCCEEDED");
    assertThat(judged.path("results")).hasSize(4);
    assertThat(judged.path("results").valueStream().map(line -> line.path("accuracy").asDouble()))
        .allMatch(accuracy -> accuracy > 1.5 / classes);
  }

  /// The checkpoint is all that a run goes on from.
  @Test
  void aKilledTrainerGoesOnExactly() throws Exception {
    var run = runs.start(causalSpec("killed"));
    runs.awaitStep(run, STEPS / 8);
    platform.kill(Service.TRAINER);
    platform.start(Service.TRAINER);
    var finished = runs.finish(run);

    assertThat(runs.sha256(finished, "weights.safetensors"))
        .isEqualTo(runs.sha256(causal, "weights.safetensors"));
    assertThat(runs.sha256(finished, "model.onnx")).isEqualTo(runs.sha256(causal, "model.onnx"));
    assertThat(finished.path("figures").path("heldout.loss"))
        .isEqualTo(causal.path("figures").path("heldout.loss"));
  }

  private static Map<String, Object> causalSpec(String name) {
    var spec = spec(name, Map.of("kind", "clm"));
    spec.put(
        "encoder",
        Map.of(
            "kind",
            "causal-transformer",
            "preset",
            "clm-0.5m",
            "layers",
            2,
            "width",
            32,
            "heads",
            2));
    return spec;
  }

  private static Map<String, Object> maskedSpec(String name) {
    var spec = spec(name, Map.of("kind", "mlm"));
    spec.put(
        "encoder",
        Map.of(
            "kind", "masked-transformer", "layers", 2, "width", 32, "heads", 2, "feedForward", 64));
    return spec;
  }

  private static Map<String, Object> spec(String name, Map<String, Object> objective) {
    var spec = new HashMap<String, Object>();
    spec.put("name", name);
    spec.put("dataset", "stories");
    spec.put("seed", 7);
    spec.put("objective", objective);
    spec.put("text", Map.of("tokenizer", "stories", "context", CONTEXT));
    spec.put("batch", 64);
    spec.put("optimiser", Map.of("kind", "adamw", "learningRate", 0.01, "weightDecay", 0.01));
    spec.put("training", Map.of("steps", STEPS));
    spec.put("checkpoint", Map.of("everySteps", 10));
    spec.put(
        "evaluation",
        Map.of("everyEpochs", 100, "samples", 100, "labels", List.of(100), "fractions", List.of()));
    return spec;
  }

  /// Entropy of the test split's tokens, nats.
  private static double unigramNats() throws IOException, InterruptedException {
    var tokenizer = Tokenizer.load(runs.gateway().bytes("/v1/tokenizers/stories/file"));
    var counts = new HashMap<Integer, Integer>();
    long all = 0;
    for (var line :
        new String(table(1200, 200).readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .skip(1)
            .toList()) {
      var ids = tokenizer.ids(line.substring(line.indexOf('\t') + 1));
      Arrays.stream(ids).forEach(id -> counts.merge(id, 1, Integer::sum));
      counts.merge(256, 1, Integer::sum);
      all += ids.length + 1;
    }
    double nats = 0;
    for (int count : counts.values()) {
      nats -= (double) count / all * Math.log((double) count / all);
    }
    return nats;
  }

  private static Path download(String model, String file, Path into)
      throws IOException, InterruptedException {
    var path = "/v1/registry/models/%s/versions/1/files/%s".formatted(model, file);
    return Files.write(into.resolve(file), runs.gateway().bytes(path));
  }

  private static long[] ids(Path files) throws IOException {
    var tokenizer = Tokenizer.load(Files.readAllBytes(files.resolve("tokenizer.json")));
    return Arrays.stream(tokenizer.sequence(tokenizer.ids(TEXT), CONTEXT)).asLongStream().toArray();
  }

  private static float[] embedding(Path file, long[] ids, int padding) throws OrtException {
    var padded = Arrays.copyOf(ids, ids.length + padding);
    var mask = new long[padded.length];
    Arrays.fill(mask, 0, ids.length, 1);
    try (var session = session(file);
        var x = longs(padded);
        var m = longs(mask);
        var found = session.run(Map.of("input_ids", x, "attention_mask", m))) {
      return floats((OnnxTensor) found.get(0));
    }
  }

  private static float[] languageModel(Path file, LlamaModel model, long[] ids)
      throws OrtException {
    var net = model.transformer();
    var inputs = new HashMap<String, OnnxTensor>();
    try (var session = session(file)) {
      inputs.put("input_ids", longs(ids));
      inputs.put("attention_mask", longs(LongStream.generate(() -> 1).limit(ids.length).toArray()));
      inputs.put("position_ids", longs(LongStream.range(0, ids.length).toArray()));
      var shape = new long[] {1, net.keyValueHeads(), 0, net.headSize()};
      for (int layer = 0; layer < net.layers(); layer++) {
        for (var part : List.of("key", "value")) {
          inputs.put(
              "past_key_values.%d.%s".formatted(layer, part),
              OnnxTensor.createTensor(environment(), FloatBuffer.allocate(0), shape));
        }
      }
      try (var found = session.run(inputs)) {
        return floats((OnnxTensor) found.get("logits").orElseThrow());
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    var values = new float[tensor.getFloatBuffer().remaining()];
    tensor.getFloatBuffer().get(values);
    return values;
  }

  private static OnnxTensor longs(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment(), LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private static OrtSession session(Path file) throws OrtException {
    return environment().createSession(file.toString());
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment();
  }
}
