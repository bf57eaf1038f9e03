package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.huggingface.LlamaFolder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.onnx.Onnx;
import dev.athanor.learning.onnx.TextExport;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.lease.LeaseTable;
import dev.athanor.trainer.lease.Leases;
import dev.athanor.trainer.peer.Augmenter;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.Form;
import dev.athanor.trainer.peer.TokenBatches;
import dev.athanor.trainer.peer.TrainerNode;
import dev.athanor.trainer.registry.Imports;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Language models in Hugging Face's layout, from a caller's form to what is served and trained on.
class ImportIT {
  /// More ids than the tokenizer makes, other norms than ours, grouped queries.
  private static final CausalTransformer NET =
      new CausalTransformer(2, 16, 4, 2, 24, 320, 8192, 500_000, 1e-6, false);

  /// A learning rate that is less than the last bit of any weight.
  private static final String UNMOVED = "1.0e-20";

  /// Has every model written as a large one is.
  static final class Large {
    @Bean
    @Primary
    ModelFiles largeModels() {
      return new ModelFiles(new TextExport(0));
    }
  }

  private static final AtomicInteger models = new AtomicInteger();

  @TempDir private static Path objects;
  private static S3Server store;
  private static DatasetServer datasets;
  private static Map<String, String> settings;
  private static TrainerNode trainer;
  private static Augmenter augmenter;

  @TempDir private Path folder;
  private final String model = "imported-" + models.incrementAndGet();
  private Path source;

  @BeforeAll
  static void start() {
    datasets = new DatasetServer();
    settings = RunIT.settings(datasets);
    settings.put("ATHANOR_REGISTRY_MAX_IMPORT", "1MB");
    settings.put("ATHANOR_TRAINER_TAKES", "1");
    store = S3Server.start(objects, Servers.freePort());
    settings.put("ATHANOR_S3_ENDPOINT", store.endpoint());
    trainer = new TrainerNode(settings, Large.class);
    augmenter = new Augmenter(Servers.bootstrapServers(), TokenBatches::answer);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    trainer.close();
    augmenter.close();
    datasets.close();
    store.close();
  }

  @BeforeEach
  void write() throws IOException {
    source = folder.resolve("source");
    var weights = Initialiser.tensors(NET.languageModel().parameters(), 7);
    var net = new LlamaModel(NET, weights, 256, List.of(256));
    LlamaFolder.write(source, net, TokenizerFiles.of(net, ByteLevel.bytes()));
  }

  @Test
  void becomesALanguageModelAndAnEncoderOfTexts() throws IOException {
    var form = whole();
    var answer = send(form, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    var path = answer.headers().firstValue("Location").orElseThrow();

    var done = end(path);

    assertThat(done.path("state").stringValue()).as(done.toString()).isEqualTo("SUCCEEDED");
    assertThat(done.path("published").valueStream().map(JsonNode::stringValue))
        .containsExactly(model + "@1", model + "-lm@1");
    assertThat(done.path("phase").isNull()).isTrue();
    var late = trainer.post(path + "/cancel", "application/json", "");
    assertThat(late.status()).as(late.body()).isEqualTo(409);
    assertThat(late.body()).contains("is SUCCEEDED (expected: one that has not ended)");
    assertThat(trainer.get("/v1/registry/imports?model=" + model).json().at("/imports/0"))
        .isEqualTo(done);
    var languageModel = version(model + "-lm");
    assertThat(languageModel.path("imported")).isEqualTo(done.path("id"));
    assertThat(languageModel.at("/card/kind").stringValue()).isEqualTo("language-model");
    assertThat(languageModel.at("/card/input/tokens").intValue()).isEqualTo(8192);
    assertThat(languageModel.at("/card/output/vocabulary").intValue()).isEqualTo(320);
    for (var file : List.of(LlamaFolder.WEIGHTS, LlamaFolder.CONFIG, LlamaFolder.TOKENIZER)) {
      Files.write(folder.resolve(file), download(model + "-lm", file));
    }
    assertThat(folder.resolve(LlamaFolder.WEIGHTS))
        .hasSameBinaryContentAs(source.resolve(LlamaFolder.WEIGHTS));
    assertThat(LlamaFolder.read(folder)).isEqualTo(LlamaFolder.read(source));
    assertThat(download(model + "-lm", LlamaFolder.TOKENIZER_CONFIG))
        .as("ours, as none was brought")
        .isEqualTo(bytes(LlamaFolder.TOKENIZER_CONFIG));

    for (var name : List.of(model, model + "-lm")) {
      var data = download(name, "model.onnx.data");
      var described = version(name).at("/card/files/model.onnx.data");
      assertThat(described.path("bytes").longValue()).isEqualTo(data.length);
      assertThat(described.path("sha256").stringValue()).isEqualTo(Sha256.hex(data));
      var graph = Onnx.Model.parseFrom(download(name, "model.onnx")).getGraph();
      assertThat(graph.getInitializerList())
          .filteredOn(one -> one.getName().endsWith(".weight"))
          .isNotEmpty()
          .allMatch(one -> one.getDataLocation() == Onnx.Tensor.Location.EXTERNAL);
    }

    var encoder = version(model);
    assertThat(encoder.path("state").stringValue()).isEqualTo("READY");
    assertThat(encoder.path("aliases").toString()).isEqualTo("[\"latest\"]");
    assertThat(encoder.path("run").isNull()).isTrue();
    assertThat(encoder.at("/card/lineage/sources/config.json").stringValue()).hasSize(64);
    assertThat(encoder.at("/card/input/tokens").intValue()).isEqualTo(2048);
    assertThat(encoder.at("/card/output/dimensions").intValue()).isEqualTo(16);
    var read = Files.write(folder.resolve("weights"), download(model, "weights.safetensors"));
    var weights = LlamaFolder.read(source).weights();
    assertThat(Safetensors.read(read).tensors())
        .hasSize(weights.size() - 1)
        .allSatisfy((name, tensor) -> assertThat(tensor).isEqualTo(weights.get(name)));
    awaitNothingBrought();
  }

  /// Its tokenizer is looked up by its bytes; its vocabulary is larger than that one's.
  @Test
  void isEvaluatedAndGoneOnFrom() throws IOException {
    succeed(whole());

    var judged =
        Trained.succeed(
            trainer,
            Trained.evaluate(
                trainer,
                """
                {'model': '%s', 'dataset': 'notes', 'methods': ['knn', 'fine-tune'], 'fractions': [1.0], 'seeds': [3],
                 'fineTune': {'epochs': 8, 'learningRate': 0.01}}"""
                    .formatted(model)));
    assertThat(judged.at("/results/1/accuracy").asDouble())
        .as("chance is 0.5: %s", judged.path("results"))
        .isGreaterThan(0.9);

    var still = goOn("still", model, 3, UNMOVED);
    assertThat(languageModel("still")).isEqualTo(LlamaFolder.read(source).weights());

    var child = goOn("child", model, 60, "0.01");
    var grandchild = goOn("grandchild", "%s-child".formatted(model), 3, UNMOVED);
    assertThat(heldOutLoss(still)).as("ln 320 is 5.77").isGreaterThan(5);
    assertThat(heldOutLoss(child)).isLessThan(4);
    assertThat(heldOutLoss(grandchild)).isEqualTo(heldOutLoss(child));
    var points = trainer.get("/v1/runs/%s/metrics".formatted(grandchild.path("id").stringValue()));
    assertThat(points.json().at("/points/0/loss").asDouble())
        .as(points.body())
        .isCloseTo(heldOutLoss(child), within(0.5));
    assertThat(languageModel("grandchild")).isEqualTo(languageModel("child"));

    var card = Trained.version(trainer, child).path("card");
    assertThat(card.at("/lineage/parent").stringValue()).isEqualTo(model + "@1");
    assertThat(card.at("/input/vocabulary").intValue()).isEqualTo(320);
    assertThat(card.at("/encoder/epsilon").doubleValue()).isEqualTo(1e-6);

    trainer.bean(ObjectStore.class).delete("athanor-models", model + "/1/weights.safetensors");
    var lost =
        Trained.end(
            trainer,
            Trained.evaluate(
                trainer,
                "{'model': '%s', 'dataset': 'notes', 'methods': ['knn'], 'fractions': [1.0]}"
                    .formatted(model)));
    assertThat(lost.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(lost.path("reason").stringValue())
        .isEqualTo(
            "athanor-models/%s/1/weights.safetensors: not there (expected: what was stored)"
                .formatted(model));
  }

  private JsonNode goOn(String name, String initial, int steps, String learningRate) {
    return Trained.succeed(
        trainer, Trained.start(trainer, further(name, initial, steps, learningRate)));
  }

  private String further(String name, String initial, int steps, String learningRate) {
    return """
    name: %s-%s
    dataset: notes
    initial: {model: %s}
    text: {tokenizer: bytes, context: 12}
    objective: {kind: clm}
    batch: 16
    optimiser: {learningRate: %s, weightDecay: 0}
    training: {steps: %d}
    evaluation: {samples: 100, neighbours: 5, labels: [], fractions: []}
    """
        .formatted(model, name, initial, learningRate, steps);
  }

  private static double heldOutLoss(JsonNode run) {
    return run.path("figures").path("heldout.loss").asDouble();
  }

  /// Of the language model that a run published, its output map among them.
  private Map<String, Tensor> languageModel(String name) throws IOException {
    var file = folder.resolve(name + ".safetensors");
    Files.write(file, download("%s-%s-lm".formatted(model, name), LlamaFolder.WEIGHTS));
    return Safetensors.read(file).tensors();
  }

  @Test
  void whoseOutputMapIsOutOfServiceIsNotTrainedFurtherAsALanguageModel() throws IOException {
    succeed(whole());
    var retired =
        trainer.post(
            "/v1/registry/models/%s-lm/versions/1/retire".formatted(model), "application/json", "");
    assertThat(retired.status()).as(retired.body()).isLessThan(300);

    var refused = trainer.post("/v1/runs", "application/yaml", further("child", model, 3, UNMOVED));

    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body())
        .contains(
            "initial.model: %s-lm@1, whose output map the run would go on from, is RETIRED (expected: READY)"
                .formatted(model));
    var classifier =
        further("classifier", model, 3, UNMOVED)
            .replace("kind: clm", "kind: supervised, labels: 1.0");
    Trained.succeed(trainer, Trained.start(trainer, classifier));
    var beside =
        trainer.post(
            "/v1/runs", "application/yaml", further("child", model + "-classifier", 3, UNMOVED));
    assertThat(beside.status()).as(beside.body()).isEqualTo(422);
    assertThat(beside.body()).contains("has no language model beside it");
  }

  @Test
  void shardsAndHalvesAreWidenedExactly() throws IOException {
    var weights = LlamaFolder.read(source).weights();
    var shards = List.of(new TreeMap<String, Tensor>(), new TreeMap<String, Tensor>());
    weights.forEach(
        (name, tensor) -> shards.get(name.contains("mlp") ? 1 : 0).put(name, half(tensor)));
    var form = new Form().part(LlamaFolder.CONFIG, bytes(LlamaFolder.CONFIG));
    for (int shard = 0; shard < 2; shard++) {
      var name = "model-%05d-of-00002.safetensors".formatted(shard + 1);
      Safetensors.write(folder.resolve(name), shards.get(shard), Map.of());
      form.part(name, Files.readAllBytes(folder.resolve(name)));
    }
    form.part(
            LlamaFolder.INDEX,
            """
            {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}""")
        .part(LlamaFolder.TOKENIZER, bytes(LlamaFolder.TOKENIZER))
        .part(LlamaFolder.TOKENIZER_CONFIG, "{\"chat_template\": \"{{ bos_token }}\"}");

    succeed(form);

    assertThat(download(model + "-lm", LlamaFolder.TOKENIZER_CONFIG))
        .asString()
        .isEqualTo("{\"chat_template\": \"{{ bos_token }}\"}");
    var read = Files.write(folder.resolve("weights"), download(model, "weights.safetensors"));
    assertThat(Safetensors.read(read).tensors())
        .allSatisfy(
            (name, tensor) ->
                assertThat(tensor).isEqualTo(half(Tensor.named(name, weights)).widened()));
  }

  private static Tensor half(Tensor tensor) {
    var floats = tensor.floats();
    var bytes = ByteBuffer.allocate(2 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : floats) {
      bytes.putShort(Float.floatToFloat16(value));
    }
    return new Tensor(Tensor.Type.F16, tensor.shape(), bytes.flip());
  }

  @Test
  void theSameKeyGivesTheSameImport() throws IOException {
    var key = "key-" + model;
    var first = send(whole(), key).json();
    var again = send(whole(), key);
    assertThat(again.status()).as(again.body()).isEqualTo(202);
    assertThat(again.json().path("id")).isEqualTo(first.path("id"));
    var other = send(whole().part("model.safetensors.index.json", "{}"), key);
    assertThat(other.status()).as(other.body()).isEqualTo(400);
    var config = Files.readString(source.resolve(LlamaFolder.CONFIG)) + "\n";
    var changed = send(form(config), key);
    assertThat(changed.status()).as(changed.body()).isEqualTo(409);
    assertThat(changed.body()).contains("created import").contains("from another set of files");
    end("/v1/registry/imports/" + first.path("id").stringValue());
    awaitNothingBrought();

    assertThat(succeed(form(config)).path("published").toString()).contains(model + "@2");
  }

  /// A worker gave it back after it had reserved a version, and the object store is away when the
  /// next one takes it.
  @Test
  void whoeverTakesItNextPublishesTheSameVersion() throws IOException {
    assertLivesAsLongAsItsWorker();
    trainer.close();
    var accepting = new HashMap<>(settings);
    accepting.put("ATHANOR_TRAINER_ROLES", "api");
    String path;
    String calledOff;
    try (var api = new TrainerNode(accepting)) {
      var answer = api.send(whole().on(api.request(imports())));
      assertThat(answer.status()).as(answer.body()).isEqualTo(202);
      path = answer.headers().firstValue("Location").orElseThrow();
      var id = answer.json().path("id").stringValue();
      var jdbc = api.bean(JdbcClient.class);
      jdbc.sql("insert into model (name, created_at) values (:model, now())")
          .param("model", model)
          .update();
      jdbc.sql(
              "insert into model_version (model, version, state, import_id, created_at) values (:model, 1, 'PUBLISHING', :id, now())")
          .param("model", model)
          .param("id", id)
          .update();
      assertOnlyDeathsCount(jdbc, api.bean(Imports.class));
      jdbc.sql(
              "update model_import set state = 'RUNNING', owner = null, fence = 5, fruitless_takes = 0 where id = :id")
          .param("id", id)
          .update();
      assertThat(api.get("/v1/registry/models/" + model).status()).isEqualTo(404);
      assertThat(api.get("/actuator/health/liveness").status()).isEqualTo(200);
      assertEndsAtOnceWhereNobodyHasIt(api);
      calledOff = askItsOwnerToStop(api);
    }
    int port = URI.create(store.endpoint()).getPort();
    store.close();
    trainer = new TrainerNode(settings, Large.class);
    await("two takes in vain")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                trainer
                        .bean(JdbcClient.class)
                        .sql("select max(fence) from model_import where state = 'RUNNING'")
                        .query(Long.class)
                        .single()
                    >= 7);
    store = S3Server.start(objects, port);

    assertThat(end(path).path("published").toString())
        .isEqualTo("[\"%s@1\",\"%1$s-lm@10\"]".formatted(model));
    var ended = end(calledOff);
    assertThat(ended.path("state").stringValue()).as(ended.toString()).isEqualTo("CANCELLED");
    assertThat(ended.path("reason").stringValue()).isEqualTo("cancelled by request");
    assertThat(ended.path("phase").isNull()).isTrue();
    assertThat(ended.path("published").isEmpty()).isTrue();
    assertThat(stored(model + "-lm/9/")).isEmpty();
    awaitNothingBrought();
  }

  /// One that nobody has taken yet, and one whose owner gave it back after it had written files of
  /// a version.
  private void assertEndsAtOnceWhereNobodyHasIt(TrainerNode api) throws IOException {
    for (var state : List.of("QUEUED", "RUNNING")) {
      var path = queued(api);
      if (state.equals("RUNNING")) {
        prepare(api, path, 8, null);
      }
      int brought = brought(api).size();
      for (int time = 0; time < 2; time++) {
        var answer = api.post(path + "/cancel", "application/json", "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.json().path("state").stringValue()).isEqualTo("CANCELLED");
        assertThat(answer.json().path("reason").stringValue()).isEqualTo("cancelled by request");
      }
      assertThat(brought(api)).hasSize(brought - 3);
      assertThat(stored(api, model + "-lm/8/")).isEmpty();
    }
    assertThat(api.get("/v1/registry/models/%s-lm".formatted(model)).status()).isEqualTo(404);
    assertThat(api.post("/v1/registry/imports/none/cancel", "application/json", "").status())
        .isEqualTo(404);
  }

  /// The owner dies before it hears of that, with files of a version written.
  private String askItsOwnerToStop(TrainerNode api) throws IOException {
    var path = queued(api);
    prepare(api, path, 9, "somebody");
    var answer = api.post(path + "/cancel", "application/json", "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    assertThat(answer.json().path("state").stringValue()).isEqualTo("RUNNING");
    assertThat(stored(api, model + "-lm/9/")).hasSize(1);
    api.bean(JdbcClient.class)
        .sql("update model_import set owner = null where owner = 'somebody'")
        .update();
    return path;
  }

  private String queued(TrainerNode api) throws IOException {
    var answer = api.send(whole().on(api.request(imports())));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  /// A version of the language model on its way.
  private void prepare(TrainerNode api, String path, int version, @Nullable String owner) {
    var id = path.substring(path.lastIndexOf('/') + 1);
    var jdbc = api.bean(JdbcClient.class);
    jdbc.sql("update model_import set state = 'RUNNING', owner = :owner where id = :id")
        .param("owner", owner)
        .param("id", id)
        .update();
    jdbc.sql("insert into model (name, created_at) values (:model, now()) on conflict do nothing")
        .param("model", model + "-lm")
        .update();
    jdbc.sql(
            "insert into model_version (model, version, state, import_id, created_at) values (:model, :version, 'PUBLISHING', :id, now())")
        .param("model", model + "-lm")
        .param("version", version)
        .param("id", id)
        .update();
    api.bean(ObjectStore.class)
        .put("athanor-models", "%s-lm/%d/model.onnx".formatted(model, version), new byte[] {1});
  }

  private static List<String> stored(String prefix) {
    return stored(trainer, prefix);
  }

  private static List<String> stored(TrainerNode node, String prefix) {
    return node.bean(ObjectStore.class).list("athanor-models", prefix).stream()
        .map(ObjectStore.Stat::key)
        .toList();
  }

  private static void assertLivesAsLongAsItsWorker() {
    assertThat(trainer.get("/actuator/health/liveness").status()).isEqualTo(200);
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("worker"))
        .forEach(Thread::interrupt);
    await("the process is not alive")
        .atMost(Duration.ofSeconds(30))
        .until(() -> trainer.get("/actuator/health/liveness").status() == 503);
  }

  private static void assertOnlyDeathsCount(JdbcClient jdbc, Imports imports) {
    var now = new AtomicLong();
    var timeToLive = Duration.ofSeconds(20);
    var mortal = new Leases(LeaseTable.IMPORT, jdbc, "mortal", timeToLive, now::get);
    var heir = new Leases(LeaseTable.IMPORT, jdbc, "heir", timeToLive, now::get);
    for (int take = 0; take < 3; take++) {
      var lease = mortal.takeAny().orElseThrow();
      assertThat(imports.owned(lease.id(), lease.fence()).deaths()).isZero();
      if (take < 2) {
        mortal.release(lease);
      }
    }
    assertThat(heir.takeAny()).isEmpty();
    now.addAndGet(timeToLive.toNanos());
    var inherited = heir.takeAny().orElseThrow();
    assertThat(imports.owned(inherited.id(), inherited.fence()).deaths()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"LlamaForCausalLM\" | \"GPT2LMHeadModel\" | config.json: architectures: [\\\"GPT2LMHeadModel\\\"] (expected: LlamaForCausalLM)",
        "\"vocab_size\" : 320 | \"vocab_size\" : 100 | tokenizer.json: ids up to 258 (expected: below 100, the vocab_size of config.json)",
        "\"hidden_act\" : \"silu\" | \"hidden_act\" : \"gelu\" | config.json: hidden_act: \\\"gelu\\\" (expected: \\\"silu\\\")",
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 1000000 | config.json: layers: 1000000 (expected: from 1 to 1000)",
        "\"head_dim\" : 4 | \"head_dim\" : 8192, \"hidden_size\" : 32768 | config.json: tensor model.layers.0.self_attn.q_proj.weight: 1073741824 numbers (expected: at most 536870909, of float32 in one tensor)"
      })
  void whatTheConfigurationTellsIsToldAtOnce(String from, String to, String message)
      throws IOException {
    var config = Files.readString(source.resolve(LlamaFolder.CONFIG));
    assertThat(config).contains(from);
    refused(form(config.replace(from, to)), 422, message);
  }

  @Test
  void aWrongFormIsRefused() throws IOException {
    var weights = bytes(LlamaFolder.WEIGHTS);
    var tokenizer = bytes(LlamaFolder.TOKENIZER);
    var config = bytes(LlamaFolder.CONFIG);
    var expected =
        "(expected: config.json, tokenizer.json, and model.safetensors or model.safetensors.index.json with";
    refused(new Form().part(LlamaFolder.CONFIG, config), 400, "form: tokenizer.json missing");
    refused(new Form().part(LlamaFolder.WEIGHTS, weights), 400, "form: config.json missing");
    var none = new Form().part(LlamaFolder.CONFIG, config).part(LlamaFolder.TOKENIZER, tokenizer);
    refused(none, 400, "form: model.safetensors missing " + expected);
    none.part("model-00001-of-00002.safetensors", weights);
    refused(none, 400, "form: model.safetensors.index.json missing " + expected);
    refused(whole().part(LlamaFolder.INDEX, "{}"), 400, "form: [config.json, ");
    refused(whole().part("../../x.safetensors", "x"), 400, "form: \\\"../../x.safetensors\\\"");
    refused(whole().part("pytorch_model.bin", "x"), 400, "form: \\\"pytorch_model.bin\\\"");
    refused(whole().part(LlamaFolder.CONFIG, config), 400, "form: \\\"config.json\\\" twice");
    refused(new Form().part(LlamaFolder.TOKENIZER, "{}"), 422, "tokenizer.json: ");
    refused(
        new Form().part(LlamaFolder.TOKENIZER_CONFIG, "[]"),
        422,
        "tokenizer_config.json: no object (expected: a JSON object)");
    refused(new Form().part(LlamaFolder.TOKENIZER_CONFIG, "{"), 422, "tokenizer_config.json: ");
    refused(new Form().part(LlamaFolder.WEIGHTS, ""), 400, "model.safetensors: 0 bytes");
    refused(
        new Form().part(LlamaFolder.WEIGHTS, new byte[(1 << 20) + 1]),
        413,
        "model.safetensors: more than 1048576 bytes");
    var upper = trainer.send(whole().on(trainer.request("/v1/registry/models/Upper/imports")));
    assertThat(upper.status()).isEqualTo(400);
    assertThat(trainer.post(imports(), "application/json", "{}").status()).isEqualTo(415);
    assertThat(trainer.get("/v1/registry/imports/none").status()).isEqualTo(404);
  }

  private void refused(Form form, int status, String message) {
    var answer = send(form, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(message);
    assertThat(brought()).isEmpty();
    assertThat(trainer.get("/v1/registry/models/" + model).status()).isEqualTo(404);
  }

  @Test
  void whatOnlyTheWeightsTellEndsTheImport() throws IOException {
    var weights = new TreeMap<>(LlamaFolder.read(source).weights());
    weights.remove("model.norm.weight");
    Safetensors.write(source.resolve(LlamaFolder.WEIGHTS), weights, Map.of());
    failed("tensor model.norm.weight: missing");
    Files.writeString(source.resolve(LlamaFolder.WEIGHTS), "no tensors at all");
    failed("model.safetensors: header length");
    awaitNothingBrought();
    assertThat(trainer.get("/v1/registry/models/" + model).status()).isEqualTo(404);
  }

  private void failed(String reason) throws IOException {
    var path = send(whole(), null).headers().firstValue("Location").orElseThrow();
    var ended = end(path);
    assertThat(ended.path("state").stringValue()).isEqualTo("FAILED");
    assertThat(ended.path("reason").stringValue()).startsWith(reason);
    assertThat(ended.path("published").isEmpty()).isTrue();
  }

  @Test
  void aNameThatMeansSomethingElseIsRefused() throws IOException {
    succeed(whole());
    var run =
        """
        name: %s-lm
        dataset: notes
        objective: {kind: mlm}
        encoder: {kind: masked-transformer, layers: 1, width: 16, heads: 2, feedForward: 32}
        text: {tokenizer: bytes, context: 12}
        batch: 16
        training: {steps: 3}
        """
            .formatted(model);
    var collision = trainer.post("/v1/runs", "application/yaml", run);
    assertThat(collision.status()).as(collision.body()).isEqualTo(409);
    var other =
        trainer.send(
            whole().on(trainer.request("/v1/registry/models/%s-lm/imports".formatted(model))));
    assertThat(other.status()).as(other.body()).isEqualTo(409);
    assertThat(other.body())
        .contains("name: \\\"%s-lm\\\" is the language model of \\\"%1$s\\\"".formatted(model));
    succeed(whole());
  }

  private Form whole() throws IOException {
    return form(Files.readString(source.resolve(LlamaFolder.CONFIG)));
  }

  private Form form(String config) throws IOException {
    return new Form()
        .part(LlamaFolder.CONFIG, config)
        .part(LlamaFolder.TOKENIZER, bytes(LlamaFolder.TOKENIZER))
        .part(LlamaFolder.WEIGHTS, bytes(LlamaFolder.WEIGHTS));
  }

  private byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(source.resolve(file));
  }

  private String imports() {
    return "/v1/registry/models/%s/imports".formatted(model);
  }

  private TrainerNode.Answer send(Form form, @Nullable String key) {
    var request = trainer.request(imports());
    return trainer.send(form.on(key == null ? request : request.header("Idempotency-Key", key)));
  }

  private JsonNode succeed(Form form) {
    var answer = send(form, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    var done = end(answer.headers().firstValue("Location").orElseThrow());
    assertThat(done.path("state").stringValue()).as(done.toString()).isEqualTo("SUCCEEDED");
    return done;
  }

  private static JsonNode end(String path) {
    return Trained.end(trainer, path);
  }

  private static JsonNode version(String name) {
    return trainer.get("/v1/registry/models/%s/versions/1".formatted(name)).json();
  }

  private byte[] download(String name, String file) {
    return trainer.bean(ObjectStore.class).get("athanor-models", "%s/1/%s".formatted(name, file));
  }

  /// The end of an import is told before its files are deleted.
  private void awaitNothingBrought() {
    await("what was brought is gone")
        .atMost(Duration.ofSeconds(30))
        .until(() -> brought().isEmpty());
  }

  private List<String> brought() {
    return brought(trainer);
  }

  private List<String> brought(TrainerNode node) {
    return stored(node, model + "/upload-");
  }
}
