package dev.athanor.trainer.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.KafkaConfiguration;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import dev.athanor.trainer.outbox.Outbox;
import dev.athanor.trainer.peer.Form;
import dev.athanor.trainer.peer.TrainerNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Uploads as a caller sees them, and trials as an embedding-service does.
@Timeout(120)
class UploadIT {
  private static final int LARGEST = 1 << 20;
  private static final String CARD =
      """
      {"kind": "image-encoder", "input": {"name": "pixels"}, "output": {"name": "embedding"}}""";
  private static final AtomicInteger models = new AtomicInteger();

  private static TrainerNode trainer;

  private final String model = "brought-" + models.incrementAndGet();

  @BeforeAll
  static void start() {
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_TRAINER_ROLES", "api");
    settings.put("ATHANOR_REGISTRY_MAX_MODEL", LARGEST + "B");
    trainer = new TrainerNode(settings);
  }

  @AfterAll
  static void stop() {
    trainer.close();
  }

  @Test
  void anUploadIsPendingAndSaysWhatItIs() throws IOException {
    var onnx = bytes(300_000, 1);
    var answer = upload(new Form().part("card", CARD).part("model", onnx));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Location"))
        .contains("/v1/registry/models/%s/versions/1".formatted(model));
    var shown = trainer.get(path(1)).json();
    assertThat(shown).isEqualTo(answer.json());
    assertThat(shown.path("state").stringValue()).isEqualTo("PENDING");
    assertThat(shown.path("reason").isNull()).isTrue();
    assertThat(shown.at("/card/name").stringValue()).isEqualTo(model);
    assertThat(shown.at("/card/version").intValue()).isEqualTo(1);
    assertThat(shown.at("/card/lineage/source").stringValue()).isEqualTo("uploaded");
    assertThat(shown.at("/card/files/model.onnx/sha256").stringValue()).isEqualTo(Sha256.hex(onnx));
    assertThat(shown.at("/card/input/name").stringValue()).isEqualTo("pixels");
    var card = trainer.get(path(1) + "/files/card.json").body();
    assertThat(JsonMapper.shared().readTree(card)).isEqualTo(shown.path("card"));
    assertThat(shown.path("aliases").isEmpty()).isTrue();

    var record = record();
    assertThat(record.getVersions(0).getState()).isEqualTo("PENDING");
    assertThat(record.getAliasesMap()).isEmpty();
    var prefix = record.getVersions(0).getPrefix();
    assertThat(store().get(Models.BUCKET, prefix + "model.onnx")).isEqualTo(onnx);
    assertThat(objects()).hasSize(2);
  }

  @Test
  void theSameKeyGivesTheSameVersion() {
    var form = new Form().part("card", CARD).part("model", bytes(1000, 2));
    var key = "key-" + model;
    var first = upload(form, key);
    var again = upload(form, key);
    assertThat(again.status()).as(again.body()).isEqualTo(202);
    assertThat(again.json().path("version").intValue()).isEqualTo(1);
    assertThat(objects()).hasSize(2);
    var other = upload(new Form().part("card", CARD).part("model", bytes(1000, 3)), key);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body())
        .contains("created version 1 of " + model + " from another set of files");
    assertThat(objects()).hasSize(2);
    assertThat(upload(form).json().path("version").intValue()).isEqualTo(2);
    assertThat(first.headers().firstValue("Location"))
        .isEqualTo(again.headers().firstValue("Location"));
  }

  @Test
  void aTrialThatSucceedsMovesLatestAndOneThatFailsDoesNot() throws IOException {
    uploadAny();
    var trial = take(60);
    assertThat(trial.path("model").stringValue()).isEqualTo(model);
    assertThat(
            trainer.post("/internal/trials", "application/json", "{\"holdSeconds\": 60}").status())
        .isEqualTo(204);
    assertThat(trainer.put(base() + "/aliases/production", "{\"version\": 1}").body())
        .contains("PENDING (expected: READY)");
    assertThat(judge(1, trial.path("fence").longValue() + 1, "READY", null)).isEqualTo(409);
    assertThat(judge(1, trial.path("fence").longValue(), "READY", null)).isEqualTo(204);
    assertThat(judge(1, trial.path("fence").longValue(), "REJECTED", "late")).isEqualTo(409);
    var ready = trainer.get(path(1)).json();
    assertThat(ready.path("state").stringValue()).isEqualTo("READY");
    assertThat(ready.path("aliases").path(0).stringValue()).isEqualTo("latest");
    assertThat(ready.at("/trial/loadMillis").intValue()).isEqualTo(12);
    assertThat(record().getVersions(0).getMemoryBytes()).isEqualTo(1000);

    uploadAny();
    assertThat(judge(2, take(60).path("fence").longValue(), "REJECTED", "it \"bites\""))
        .isEqualTo(204);
    var rejected = trainer.get(path(2)).json();
    assertThat(rejected.path("state").stringValue()).isEqualTo("REJECTED");
    assertThat(rejected.path("reason").stringValue()).isEqualTo("it \"bites\"");
    var record = record();
    assertThat(record.getAliasesMap()).containsExactly(Map.entry("latest", 1));
    assertThat(record.getVersions(1).getReason()).isEqualTo("it \"bites\"");
    assertThat(record.getVersions(0).getCardJson()).contains("image-encoder");
    assertThat(record.getVersions(0).getFilesList()).hasSize(2);
    assertThat(record.getVersions(1).getCardJson()).isEmpty();
    assertThat(record.getVersions(1).getFilesList()).isEmpty();
    assertThat(trainer.post(path(2) + "/retire", "application/json", "").body())
        .contains("is REJECTED");
  }

  @Test
  void aRecordThatIsTooLargeHoldsUpNoOther() throws IOException {
    var large =
        ModelState.newBuilder()
            .setName(model)
            .addVersions(ModelVersion.newBuilder().setCardJson("x".repeat(6 << 20)))
            .build();
    trainer.bean(Outbox.class).add(Topics.MODELS, model, large);
    uploadAny();
    assertThat(record().getRevision()).isEqualTo(1);
    var failed =
        jdbc()
            .sql("select failure, length(value) as bytes from outbox where key = :model")
            .param("model", model)
            .query()
            .singleRow();
    assertThat(failed.get("failure")).asString().contains("6291").contains("5242880");
    assertThat(failed.get("bytes")).isEqualTo(0);
    take(60);
  }

  @Test
  void aModelWhoseStateWouldNotFitIntoARecordTakesNoUpload() throws Exception {
    uploadAny();
    take(60);
    setCard("\"" + "x".repeat(5 << 20) + "\"");
    var refused = upload(new Form().part("card", CARD).part("model", bytes(1000, 11)));
    assertThat(refused.status()).as(refused.body()).isEqualTo(409);
    assertThat(refused.body())
        .contains("model: \\\"%s\\\" with this version comes to 524".formatted(model))
        .contains("retire versions");
    assertThat(objects()).hasSize(2);
    assertThat(trainer.post(path(1) + "/retire", "application/json", "").status()).isEqualTo(200);
    uploadAny();
    assertThat(record().getVersionsList()).hasSize(2);
    take(60);
  }

  private void setCard(String card) {
    jdbc()
        .sql("update model_version set card = :card where model = :model")
        .param("card", card)
        .param("model", model)
        .update();
  }

  @Test
  void theTopicTakesWhatTheProducerSends() throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.MODELS);
    try (var admin = Admin.create(Map.of("bootstrap.servers", Servers.bootstrapServers()))) {
      var config = admin.describeConfigs(List.of(topic)).all().get(30, TimeUnit.SECONDS);
      assertThat(
              Objects.requireNonNull(config.get(topic))
                  .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                  .value())
          .isEqualTo(Integer.toString(KafkaConfiguration.LARGEST_RECORD_BYTES));
    }
  }

  @Test
  void aTrialThatDiedWithItsServiceIsGivenToTheNext() {
    uploadAny();
    long dead = take(1).path("fence").longValue();
    var next = new ArrayList<Long>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              var answer =
                  trainer.post("/internal/trials", "application/json", "{\"holdSeconds\": 1}");
              if (answer.status() == 200) {
                next.add(answer.json().path("fence").longValue());
              }
              return next.size() == 2;
            });
    assertThat(judge(1, dead, "READY", null)).isEqualTo(409);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                trainer
                            .post("/internal/trials", "application/json", "{\"holdSeconds\": 1}")
                            .status()
                        == 204
                    && trainer.get(path(1)).body().contains("REJECTED"));
    assertThat(trainer.get(path(1)).json().path("reason").stringValue())
        .isEqualTo("gave up: 3 trials ended with the service that ran them");
  }

  @Test
  void aTrialWithoutAVerdictIsRepeatedButNotForEver() {
    uploadAny();
    for (int attempt = 1; attempt <= 3; attempt++) {
      var trial = take(60);
      assertThat(trial.path("attempt").intValue()).isEqualTo(attempt);
      assertThat(judge(1, trial.path("fence").longValue(), "UNDECIDED", "killed")).isEqualTo(204);
      endPause();
    }
    assertThat(trainer.get(path(1)).json().path("reason").stringValue())
        .isEqualTo("gave up after 3 trials: killed");
  }

  /// The object store was away, or the disk full.
  @Test
  void aTrialThatCouldNotBeHeldIsNotCountedAndComesAgainAfterAPause() {
    uploadAny();
    for (int time = 1; time <= 5; time++) {
      var trial = take(60);
      assertThat(trial.path("attempt").intValue()).isEqualTo(1);
      assertThat(judge(1, trial.path("fence").longValue(), "NOT_HELD", "no store")).isEqualTo(204);
      assertThat(pausedForMoreThan(Duration.ofMinutes(2))).isEqualTo(time > 2);
      endPause();
    }
    assertThat(judge(1, take(60).path("fence").longValue(), "READY", null)).isEqualTo(204);
  }

  private boolean pausedForMoreThan(Duration time) {
    return jdbc()
        .sql(
            "select trial_until > now() + make_interval(secs => :seconds) from model_version where"
                + " model = :model")
        .param("seconds", time.toSeconds())
        .param("model", model)
        .query(Boolean.class)
        .single();
  }

  private void endPause() {
    jdbc()
        .sql("update model_version set trial_until = null where model = :model")
        .param("model", model)
        .update();
  }

  @Test
  void aModelThatIsTooLargeLeavesNothingBehind() {
    var large = new Form().part("card", CARD).part("model", bytes(LARGEST + 1, 4));
    for (var request : List.of(large.on(versions()), large.chunkedOn(versions()))) {
      var answer = trainer.send(request);
      assertThat(answer.status()).as(answer.body()).isEqualTo(413);
      assertThat(answer.body())
          .contains("model: more than 1048576 bytes (expected: at most 1048576)");
    }
    assertThat(objects()).isEmpty();
    assertThat(trainer.get(base()).status()).isEqualTo(404);
    assertThat(upload(new Form().part("card", CARD).part("model", bytes(LARGEST, 5))).status())
        .isEqualTo(202);
    take(60);
  }

  /// Nothing of it is sent: its announced length is enough.
  @Test
  void twoGigabytesAreRefusedAtOnce() throws IOException {
    var uri = URI.create(trainer.request("/").build().uri().toString());
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("POST %s/versions HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
                      .formatted(base(), Form.contentType(), 1L << 31))
                  .getBytes(StandardCharsets.UTF_8));
      var answer = new byte[4096];
      int read = socket.getInputStream().readNBytes(answer, 0, 12);
      assertThat(new String(answer, 0, read, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void anUploadThatBreaksOffLeavesNothingBehind() throws IOException {
    var whole = new Form().part("card", CARD).part("model", bytes(500_000, 6)).bytes();
    var uri = trainer.request("/").build().uri();
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST %s/versions HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                      .formatted(base(), Form.contentType(), whole.length))
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(whole, 0, whole.length / 2);
    }
    var truncated = new Form().part("card", CARD).part("model", bytes(1000, 7)).bytes();
    var answer =
        trainer.send(
            versions()
                .header("Content-Type", Form.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(truncated, 0, truncated.length - 40)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    await().atMost(Duration.ofSeconds(30)).until(() -> objects().isEmpty());
    assertThat(trainer.get(base()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\": \"image-encoder\", \"input\": {}} | 422 | card.output: missing (expected: an object)",
        "{\"kind\": \"language-model\", \"input\": {}, \"output\": {}} | 422 | card.kind: \\\"language-model\\\" (expected: image-encoder or text-encoder",
        "{\"kind\": 3, \"input\": {}, \"output\": {}} | 422 | card.kind: \\\"3\\\" (expected: image-encoder",
        "{\"kind\": \"image-encoder\", \"input\": {}, \"output\": {}, \"version\": 3} | 422 | card.\\\"version\\\": unknown field",
        "{\"kind\": \"image-encoder\", \"kind\": \"image-encoder\", \"input\": {}, \"output\": {}} | 422 | card: ",
        "[1] | 422 | card: no object (expected: a JSON object)",
        "{\"kind\": | 422 | card: not readable at line 1",
        "{\"kind\": \"text-encoder\", \"input\": {}, \"output\": {}} | 400 | form: tokenizer missing"
      })
  void aWrongCardIsRefusedAtOnce(String card, int status, String message) {
    var answer = upload(new Form().part("model", bytes(100, 8)).part("card", card));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(message);
    assertThat(objects()).isEmpty();
  }

  @Test
  void aWrongFormIsRefused() {
    var onnx = bytes(100, 9);
    refused(new Form().part("card", CARD), 400, "form: model missing (expected: card and model)");
    refused(new Form().part("model", onnx), 400, "form: card missing");
    refused(new Form().part("card", CARD).part("model", ""), 400, "model: 0 bytes");
    refused(new Form().part("model", onnx).part("model", onnx), 400, "form: \\\"model\\\" twice");
    refused(
        new Form().part("../../card", CARD),
        400,
        "form: \\\"../../card\\\" (expected: card, model");
    refused(
        new Form().part("card", CARD).part("model", onnx).part("tokenizer", "{}"),
        400,
        "form: tokenizer (expected: only with kind text-encoder)");
    refused(new Form().part("card", "x".repeat(70_000)), 413, "card: more than 65536 bytes");
    assertThat(trainer.post(base() + "/versions", "application/json", "{}").status())
        .isEqualTo(415);
    assertThat(trainer.post(base() + "/versions", "multipart/form-data", "x").status())
        .isEqualTo(400);
    for (var name : List.of("Upper", "..", "a%2Fb", "-x")) {
      var answer =
          trainer.send(
              new Form()
                  .part("card", CARD)
                  .part("model", onnx)
                  .on(trainer.request("/v1/registry/models/%s/versions".formatted(name))));
      assertThat(answer.status()).as(name).isIn(400, 404);
    }
    assertThat(objects()).isEmpty();
  }

  /// One that is about to be made: an import that no worker has taken.
  @Test
  void noUploadBecomesAVersionOfAnothersLanguageModel() {
    jdbc()
        .sql(
            """
            insert into model_import (id, model, state, prefix, files, request_sha256, created_at)
            values (:model, :model, 'QUEUED', '-', '[]', '-', now())""")
        .param("model", model)
        .update();
    var form = new Form().part("card", CARD).part("model", bytes(1000, 12));
    var answer =
        trainer.send(
            form.on(trainer.request("/v1/registry/models/%s-lm/versions".formatted(model))));
    assertThat(answer.status()).as(answer.body()).isEqualTo(409);
    assertThat(answer.body())
        .contains("\\\"%s-lm\\\" is the language model of \\\"%1$s\\\"".formatted(model));
    assertThat(trainer.get(base() + "-lm").status()).isEqualTo(404);
  }

  @Test
  void whatADeadServiceLeftIsSwept() {
    uploadAny();
    var kept = objects();
    store().put(Models.BUCKET, model + "/upload-orphan/model.onnx", bytes(10, 10));
    store().put(Models.BUCKET, model + "/7/model.onnx", bytes(10, 10));
    sweeper(Duration.ZERO).sweep();
    assertThat(objects()).hasSize(kept.size() + 2);
    sweeper(Duration.ofHours(25)).sweep();
    assertThat(objects()).containsAll(kept).hasSize(kept.size() + 1);
    take(60);
  }

  private UploadSweeper sweeper(Duration later) {
    return new UploadSweeper(
        store(),
        trainer.bean(JdbcClient.class),
        Clock.offset(Clock.systemUTC(), later),
        trainer.bean(UploadProperties.class));
  }

  private void refused(Form form, int status, String message) {
    var answer = upload(form);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(message);
    assertThat(objects()).isEmpty();
  }

  private void uploadAny() {
    var answer = upload(new Form().part("card", CARD).part("model", bytes(1000, 11)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private TrainerNode.Answer upload(Form form) {
    return trainer.send(form.on(versions()));
  }

  private TrainerNode.Answer upload(Form form, String key) {
    return trainer.send(form.on(versions().header("Idempotency-Key", key)));
  }

  private HttpRequest.Builder versions() {
    return trainer.request(base() + "/versions");
  }

  private String base() {
    return "/v1/registry/models/" + model;
  }

  private String path(int version) {
    return base() + "/versions/" + version;
  }

  /// Takes trials until this test's own model comes, and lets the others wait.
  private JsonNode take(int seconds) {
    while (true) {
      var answer =
          trainer.post(
              "/internal/trials", "application/json", "{\"holdSeconds\": %d}".formatted(seconds));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      if (answer.json().path("model").stringValue().equals(model)) {
        return answer.json();
      }
      trainer
          .bean(JdbcClient.class)
          .sql(
              "update model_version set state = 'RETIRED' where model = :model and version = :version")
          .param("model", answer.json().path("model").stringValue())
          .param("version", answer.json().path("version").intValue())
          .update();
    }
  }

  private int judge(int version, long fence, String outcome, @Nullable String reason) {
    var verdict =
        JsonMapper.shared()
            .writeValueAsString(
                new TrialController.Verdict(
                    Trials.Outcome.valueOf(outcome), reason, new TrialFigures(12, 3.5, 1000)));
    return trainer
        .post(
            "/internal/trials/%s/%d/%d".formatted(model, version, fence),
            "application/json",
            verdict)
        .status();
  }

  private static JdbcClient jdbc() {
    return trainer.bean(JdbcClient.class);
  }

  private static ObjectStore store() {
    return trainer.bean(ObjectStore.class);
  }

  private List<String> objects() {
    return store().list(Models.BUCKET, model + "/").stream().map(ObjectStore.Stat::key).toList();
  }

  /// The newest record of this test's model, when nothing is in the outbox any more.
  private ModelState record() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                trainer
                        .bean(JdbcClient.class)
                        .sql("select count(*) from outbox where failure is null")
                        .query(Long.class)
                        .single()
                    == 0);
    var partition = List.of(new TopicPartition(Topics.MODELS, 0));
    ModelState newest = null;
    try (var consumer =
        new KafkaConsumer<>(
            KafkaClients.consumer(Servers.bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long end = consumer.endOffsets(partition).values().iterator().next();
      while (consumer.position(partition.getFirst()) < end) {
        for (var found : consumer.poll(Duration.ofMillis(200))) {
          if (found.key().equals(model)) {
            newest = ModelState.parseFrom(found.value());
          }
        }
      }
    }
    assertThat(newest).isNotNull();
    return newest;
  }

  private static byte[] bytes(int count, long seed) {
    var bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
