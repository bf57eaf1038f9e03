package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.TokenSequence;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferRequest.InferInputTensor;
import dev.athanor.embedding.BertExport;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Published;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever callers send for a text, they hear what is wrong with it, and the service goes on.
class TextBadInputIT {
  private static final String MODEL = "listener";
  private static final String IMAGES = "looker";
  private static final List<String> good = List.of("gold");

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    serving = new Serving(folder, Map.of());
    serving.publish(TextEncoders.train(folder.resolve("1"), MODEL, 1, "masked").published());
    serving.publish(Encoders.train(folder.resolve("2"), IMAGES, 1, 4));
    serving.awaitServed(MODEL, MODEL + "@1");
    serving.awaitServed(IMAGES, IMAGES + "@1");
  }

  @AfterAll
  static void stop() {
    assertThat(
            serving.meters().find("athanor.embedding.request").tag("outcome", "internal").timers())
        .isEmpty();
    serving.close();
  }

  @AfterEach
  void theServiceGoesOn() {
    assertThat(TextDoor.GRPC.embed(serving, MODEL, good).status()).isEqualTo(200);
    assertThat(TextDoor.RAW_JSON.embed(serving, MODEL, good).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyTextNoTextsAndTooManyAreRefused(TextDoor door) {
    var empty = door.embed(serving, MODEL, List.of("gold", ""));
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.message()).contains("[1]: ");
    assertThat(door.embed(serving, MODEL, List.of()).status()).isEqualTo(400);
    assertThat(door.embed(serving, MODEL, Collections.nCopies(10_000, "a")).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void aTextForAnEncoderOfImagesIsRefused(TextDoor door) {
    var refused = door.embed(serving, IMAGES, List.of("not base64, a text!"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("image");
  }

  @ParameterizedTest
  @EnumSource
  void anImageForAnEncoderOfTextsIsRefused(Door door) {
    var refused = door.embed(serving, MODEL, Encoders.images(1, 1));
    switch (door) {
      // A string is a text there, whatever it spells.
      case OPENAI_FLOAT, OPENAI_BASE64 -> assertThat(refused.status()).isEqualTo(200);
      case INFERENCE_JSON, INFERENCE_BINARY, INFERENCE_GRPC, INFERENCE_GRPC_RAW -> {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains("encoded_images").contains("input_ids");
      }
      default -> {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message())
            .isEqualTo(
                "inputs: images (expected: texts or tokens; listener@1 is of kind text-encoder)");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void modelsThatAreNotServedAreNotFound(TextDoor door) {
    assertThat(door.embed(serving, "nothing", good).status()).isEqualTo(404);
    assertThat(door.embed(serving, MODEL + "@9", good).status()).isEqualTo(404);
    assertThat(door.embed(serving, "UPPER", good).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENAI_FLOAT", "RAW_JSON", "GRPC", "INFERENCE_JSON"})
  void aTextBeyondAllMeasureIsRefused(TextDoor door) {
    var refused = door.embed(serving, MODEL, List.of("gold", "x".repeat(300_000)));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .contains("texts[1]: 300000 characters (expected: at most 262144)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[65, -1] | tokens[0][1]: -1 (expected: 0 to",
        "[65, 100000] | tokens[0][1]: 100000 (expected: 0 to",
        "[[65], [65, 9223372036854775807]] | tokens[1][1]: 9223372036854775807 (expected: 0 to",
        "[[65], [65, 256]] | is special (expected: a token of text",
        "[[65], []] | tokens[1]: no tokens",
        "[[65], \"a\"] | input[1]: ",
        "[\"a\", [65]] | input[1]: ",
        "[65, \"a\"] | input[1]: ",
        "[65, 1.5] | input[1]: \"1.5\" (expected: a token id)",
        "[[65, 99999999999999999999]] | input[0][1]: ",
        "[[[65]]] | input[0][0]: ",
        "[null] | input[0]: ",
        "{\"text\": \"a\"} | input: ",
        "7 | input: ",
        "[] | inputs: 0",
        "null | input: missing",
        "\"a\\ud83e\" | texts[0]: half a surrogate pair at character 1",
        "\"\\udd8aa\" | texts[0]: half a surrogate pair at character 0"
      })
  void whatOpenAisClientsMaySendWrongIsNamed(String input, String said) {
    var body = "{\"model\": \"%s\", \"input\": %s}".formatted(MODEL, input);
    var answer =
        serving.send(
            serving
                .request("/v1/embeddings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Door.JSON.readTree(answer.body()).at("/error/message").asString("")).contains(said);
  }

  @Test
  void tokensOverGrpcAreCheckedToo() {
    for (int bad : List.of(-1, 100_000, 257)) {
      var tokens = TokenSequence.newBuilder().addIds(65).addIds(bad);
      var refused = grpc(EmbedRequest.newBuilder().addTokens(tokens));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.message()).startsWith("tokens[0][1]: " + bad);
    }
    for (long bad : List.of(-1L, 100_000L, Long.MAX_VALUE)) {
      var request =
          ModelInferRequest.newBuilder()
              .setModelName(MODEL)
              .addInputs(tensor("input_ids", 65L, bad))
              .addInputs(tensor("attention_mask", 1L, 1L));
      var refused = Door.infer(serving, Map.of(), request);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.message()).startsWith("tokens[0][1]: " + bad);
    }
    var mixed =
        grpc(EmbedRequest.newBuilder().addTexts("a").addImages(ByteString.copyFromUtf8("b")));
    assertThat(mixed.status()).isEqualTo(400);
    assertThat(mixed.message())
        .isEqualTo("inputs: images and texts (expected: exactly one of images, texts and tokens)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[1,1]] | [[1,1]] | [1,2] | [1,2] | ok",
        "[[1,1]] | [[1,0]] | [1,2] | [1,2] | ok",
        "[[1,1]] | [[0,1]] | [1,2] | [1,2] | attention_mask: 1 at (0, 1)",
        "[[1,1,1]] | [[1,0,1]] | [1,3] | [1,3] | attention_mask: 1 at (0, 2)",
        "[[1,1]] | [[2,1]] | [1,2] | [1,2] | attention_mask: 2 at (0, 0)",
        "[[1,1]] | [[0,0]] | [1,2] | [1,2] | tokens[0]: 0 tokens",
        "[[1,1]] | [[1]] | [1,2] | [1,1] | attention_mask: shape [1, 1]",
        "[[1,1]] | [[1,1]] | [1,3] | [1,3] | 2 elements",
        "[] | [] | [0,0] | [0,0] | shape",
        "[] | [] | [9223372036854775807,9223372036854775807] | [1,1] | shape",
        "[1] | [1] | [1] | [1] | shape",
        "[[1,-7]] | [[1,1]] | [1,2] | [1,2] | tokens[0][1]: -7",
        "[[1,99999]] | [[1,1]] | [1,2] | [1,2] | tokens[0][1]: 99999",
        "[[1,1.5]] | [[1,1]] | [1,2] | [1,2] | whole numbers",
        "[[1,\"a\"]] | [[1,1]] | [1,2] | [1,2] | whole numbers"
      })
  void idsAndMasksThatDoNotFitAreRefused(
      String ids, String mask, String idsShape, String maskShape, String said) {
    var body =
        """
        {"inputs": [{"name": "input_ids", "datatype": "INT64", "shape": %s, "data": %s},
                    {"name": "attention_mask", "datatype": "INT64", "shape": %s, "data": %s}]}\
        """
            .formatted(idsShape, ids, maskShape, mask);
    var answer = infer(body);
    assertThat(answer.status()).as(answer.message()).isEqualTo(said.equals("ok") ? 200 : 400);
    assertThat(answer.message()).contains(said.equals("ok") ? "" : said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"input_ids\", \"datatype\": \"INT64\", \"shape\": [1,1], \"data\": [1]}",
        "{\"name\": \"text\", \"datatype\": \"BYTES\", \"shape\": [1], \"data\": [7]}",
        "{\"name\": \"text\", \"datatype\": \"BYTES\", \"shape\": [2], \"data\": [\"a\"]}",
        "{\"name\": \"text\", \"datatype\": \"INT64\", \"shape\": [1], \"data\": [1]}",
        "{\"name\": \"input_ids\", \"datatype\": \"INT32\", \"shape\": [1,1], \"data\": [1]}",
        "{\"name\": \"input_ids\", \"datatype\": \"FP32\", \"shape\": [1,1], \"data\": [1]}",
        "{\"name\": \"token_type_ids\", \"datatype\": \"INT64\", \"shape\": [1,1], \"data\": [1]}"
      })
  void tensorsOfTextsThatDoNotFitAreRefused(String tensor) {
    var answer = infer("{\"inputs\": [%s]}".formatted(tensor));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isNotEmpty();
  }

  @Test
  void idsThatAreLongerThanTheModelReadsAreNotCut() {
    int length = TextEncoders.TOKENS + 1;
    var ones = Collections.nCopies(length, 1);
    var answer =
        infer(
            """
            {"inputs": [{"name": "input_ids", "datatype": "INT64", "shape": [1, %d], "data": %s},
                        {"name": "attention_mask", "datatype": "INT64", "shape": [1, %d], "data": %s}]}\
            """
                .formatted(length, ones, length, ones));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("tokens[0]: 25 tokens (expected: 1 to 24)");
  }

  @Test
  void whatIsNoUtf8IsRefused() {
    var bad = new byte[] {'g', 'o', (byte) 0xC3, (byte) 0x28};
    var raw = raw("text/plain", bad);
    assertThat(raw.status()).isEqualTo(400);
    assertThat(raw.message()).isEqualTo("body: byte 0xC3 at 2 (expected: UTF-8)");
    assertThat(raw("text/plain", new byte[] {(byte) 0xF0, (byte) 0x9F}).message())
        .contains("byte 0xF0 at 0");
    assertThat(raw("text/plain;charset=iso-8859-1", new byte[] {'a'}).status()).isEqualTo(415);
    assertThat(raw("application/json", bad).status()).isEqualTo(400);
    var tensor = Door.prefixed(List.of(bad));
    var document =
        """
        {"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1],
                     "parameters": {"binary_data_size": %d}}]}\
        """
            .formatted(tensor.length)
            .getBytes(StandardCharsets.UTF_8);
    var answer =
        Door.inferenceAnswer(
            serving.send(
                serving
                    .request("/v2/models/" + MODEL + "/infer")
                    .header("Inference-Header-Content-Length", Integer.toString(document.length))
                    .POST(BodyPublishers.ofByteArrays(List.of(document, tensor)))));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("texts[0]: byte 0xC3 at 2 (expected: UTF-8)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "7", "[7]", "[[\"a\"]]", "[null]", "[", "{\"texts\": [\"a\"]}"})
  void rawJsonThatIsNoTextsIsRefused(String body) {
    var refused = raw("application/json", body.getBytes(StandardCharsets.UTF_8));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | [\"a\", 7] | [1]: \"7\" (expected: a text, a list of token ids",
        "application/json | [[65], [65, -1]] | tokens[1][1]: -1 (expected: 0 to",
        "application/json | [[65, \"a\"]] | [0][1]: ",
        "application/x-ndjson | \"a\"#{\"text\": \"b\"} | line 2: ",
        "application/x-ndjson | \"a\"##\"b\" | line 2: ",
        "application/x-ndjson | \"a\"#\"b | line 2: ",
        "application/x-ndjson | \"a\" \"b\" | line 1: ",
        "application/jsonl | [65]#[65, 1.5] | line 2[1]: \"1.5\" (expected: a token id)"
      })
  void textsAndTokensThatAreNoneAreNamed(String type, String body, String said) {
    var refused = raw(type, body.replace('#', '\n').getBytes(StandardCharsets.UTF_8));
    assertThat(refused.status()).as(refused.message()).isEqualTo(400);
    assertThat(refused.message()).contains(said);
  }

  @Test
  void oddTextsHaveVectors() {
    for (var odd : List.of("\0", " ", "\n\n", "🦊", "e\u0301", "\uFEFF", "<|mask|>")) {
      var expected = TextDoor.GRPC.embed(serving, MODEL, List.of(odd)).vectors()[0];
      for (var door :
          List.of(TextDoor.RAW_JSON, TextDoor.OPENAI_FLOAT, TextDoor.INFERENCE_BINARY)) {
        assertThat(door.embed(serving, MODEL, List.of(odd)).vectors()[0])
            .as("%s through %s", odd, door)
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(expected);
      }
    }
  }

  /// A tokenizer that the library refuses, one that is not what was registered, one that does not
  /// belong to the graph, none at all: the model is not served, and the next caller hears why.
  @Test
  void aModelWithoutItsTokenizerIsUnavailable() throws Exception {
    var nonsense = BertExport.write(folder.resolve("nonsense"), "nonsense", "mean", true);
    Files.writeString(
        folder.resolve("nonsense/tokenizer.json"), "{\"model\":{\"vocab\":{\"a\":0}}}");
    serving.publish(
        Published.of(
            nonsense.folder(), "nonsense", 1, nonsense.cardJson(), "model.onnx", "tokenizer.json"));

    var broken = BertExport.write(folder.resolve("broken"), "broken", "mean", true);
    Files.writeString(folder.resolve("broken/tokenizer.json"), "{}");
    serving.publish(broken);

    var foreign = BertExport.write(folder.resolve("foreign"), "foreign", "mean", true);
    Files.write(folder.resolve("foreign/tokenizer.json"), TextEncoders.tokenizerJson());
    serving.publish(
        Published.of(
            foreign.folder(), "foreign", 1, foreign.cardJson(), "model.onnx", "tokenizer.json"));

    var alone = BertExport.write(folder.resolve("alone"), "alone", "mean", true);
    serving.publish(Published.of(alone.folder(), "alone", 1, alone.cardJson(), "model.onnx"));

    var small = BertExport.write(folder.resolve("small"), "small", "mean", true);
    serving.publish(
        new Published(
            small.folder(),
            "small",
            1,
            small.cardJson().replace("\"tokens\": 12", "\"tokens\": 2"),
            small.files()));
    for (var model : List.of("nonsense", "broken", "foreign", "small")) {
      serving.awaitServed(model, model + "@1");
    }

    assertUnavailable("nonsense", "could not be loaded: \"tokenizer.json: ");
    assertUnavailable("broken", "tokenizer.json: SHA-256");
    assertUnavailable("foreign", "could not be loaded: model.onnx: ");
    assertUnavailable("small", "input.tokens: 2 (expected: at least 3");
    assertThat(TextDoor.GRPC.embed(serving, "alone@1", good).message())
        .contains("files: tokenizer.json is missing");
  }

  /// A tokenizer whose library panics on a text: who sends that one hears it, through every door,
  /// and the next text is embedded.
  @Test
  void aTextThatBreaksItsTokenizerBreaksNothingElse() throws Exception {
    var fragile = BertExport.write(folder.resolve("fragile"), "fragile", "mean", true);
    var file = folder.resolve("fragile/tokenizer.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "{\"type\": \"BertPreTokenizer\"}",
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(o+)+$\"}, \"behavior\":"
                    + " \"Isolated\", \"invert\": false}"));
    serving.publish(
        Published.of(
            fragile.folder(), "fragile", 1, fragile.cardJson(), "model.onnx", "tokenizer.json"));
    serving.awaitServed("fragile", "fragile@1");
    assertKilledFromOutsideIsAway("fragile");

    for (var door :
        List.of(TextDoor.RAW_JSON, TextDoor.OPENAI_FLOAT, TextDoor.INFERENCE_JSON, TextDoor.GRPC)) {
      var refused = door.embed(serving, "fragile", List.of("gold", "o".repeat(40) + "!"));
      assertThat(refused.status()).as(door.name()).isIn(400, 422);
      assertThat(refused.message()).contains("texts[1]: ").contains("gave up on 41 bytes");
      assertThat(door.embed(serving, "fragile", good).status()).isEqualTo(200);
    }
  }

  /// As the kernel does for want of memory.
  private void assertKilledFromOutsideIsAway(String model) throws Exception {
    assertThat(TextDoor.RAW_JSON.embed(serving, model, good).status()).isEqualTo(200);
    assertThat(tokenizers()).isNotEmpty();
    try (var killer = Executors.newSingleThreadScheduledExecutor()) {
      var ignored =
          killer.scheduleWithFixedDelay(
              TextBadInputIT::killTokenizers, 0, 10, TimeUnit.MILLISECONDS);
      await().atMost(Duration.ofSeconds(30)).until(() -> tokenizers().findAny().isEmpty());
      var away = TextDoor.RAW_JSON.embed(serving, model, good);
      killer.shutdownNow();
      assertThat(away.status()).as(away.message()).isEqualTo(503);
      assertThat(away.message()).contains("]: tokenizer.json: its process was ended from outside");
    }
  }

  private static void killTokenizers() {
    tokenizers().forEach(ProcessHandle::destroyForcibly);
  }

  /// By an option of theirs: of a long command line the beginning alone is told.
  private static Stream<ProcessHandle> tokenizers() {
    return ProcessHandle.current()
        .children()
        .filter(
            child ->
                child.info().commandLine().orElse("").contains("-XX:+SuppressFatalErrorMessage"));
  }

  /// Whose graph calls its ids what we call texts.
  @Test
  void whatAGraphCallsTextIsToldByItsType() throws Exception {
    serving.publish(BertExport.named(folder.resolve("namesake"), "namesake", "text"));
    serving.awaitServed("namesake", "namesake@1");
    var said = "inputs: [text] (expected: text and attention_mask of INT64, or text of BYTES)";
    var ids = tensor("text", 2L, 5L, 6L, 3L);
    var mask = tensor("attention_mask", 1L, 1L, 1L, 1L);
    var alone = infer("namesake", "{\"inputs\": [%s]}".formatted(json(ids)));
    assertThat(alone.status()).isEqualTo(400);
    assertThat(alone.message()).isEqualTo(said);
    var request = ModelInferRequest.newBuilder().setModelName("namesake").addInputs(ids);
    assertThat(Door.infer(serving, Map.of(), request).message()).isEqualTo(said);

    var expected = TextDoor.GRPC.embed(serving, "namesake", List.of("hello world")).vectors()[0];
    var document = "{\"inputs\": [%s, %s]}".formatted(json(ids), json(mask));
    var answers =
        List.of(
            infer("namesake", document),
            Door.infer(serving, Map.of(), request.addInputs(mask)),
            TextDoor.INFERENCE_JSON.embed(serving, "namesake", List.of("hello world")),
            TextDoor.INFERENCE_GRPC.embed(serving, "namesake", List.of("hello world")));
    for (var answer : answers) {
      assertThat(answer.vectors()[0]).usingComparatorWithPrecision(1e-6f).containsExactly(expected);
    }
  }

  private static void assertUnavailable(String model, String why) {
    for (var door : List.of(TextDoor.RAW_JSON, TextDoor.GRPC)) {
      var refused = door.embed(serving, model, good);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.message()).contains(why);
    }
  }

  private static Answer infer(String body) {
    return infer(MODEL, body);
  }

  private static Answer infer(String model, String body) {
    return Door.inferenceAnswer(
        serving.send(
            serving.request("/v2/models/" + model + "/infer").POST(BodyPublishers.ofString(body))));
  }

  /// One row of INT64.
  private static InferInputTensor tensor(String name, Long... values) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype("INT64")
        .addShape(1)
        .addShape(values.length)
        .setContents(InferTensorContents.newBuilder().addAllInt64Contents(List.of(values)))
        .build();
  }

  private static String json(InferInputTensor tensor) {
    return "{\"name\": \"%s\", \"datatype\": \"INT64\", \"shape\": %s, \"data\": %s}"
        .formatted(
            tensor.getName(), tensor.getShapeList(), tensor.getContents().getInt64ContentsList());
  }

  private static Answer raw(String type, byte[] body) {
    return Door.rawAnswer(
        serving.send(
            serving
                .request("/v1/models/" + MODEL + "/embed")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))),
        Door::readJson);
  }

  private static Answer grpc(EmbedRequest.Builder request) {
    return Door.called(
        () ->
            Door.rows(
                EmbeddingServiceGrpc.newBlockingStub(serving.channel())
                    .embed(request.setModel(MODEL).build())));
  }
}
