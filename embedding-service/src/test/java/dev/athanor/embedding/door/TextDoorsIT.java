package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import dev.athanor.embedding.BertExport;
import dev.athanor.embedding.Published;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Every protocol gives the vectors of texts that the trainer's network gives.
class TextDoorsIT {
  private static final String MODEL = "words";

  /// The same encoder, for whose batches everybody waits.
  private static final String UNHURRIED = "unhurried";

  private static final List<String> PROBES = TextEncoders.PROBES;
  private static final Tokenizer tokenizer = TextEncoders.tokenizer();

  @TempDir static Path folder;
  private static TextEncoders.Trained masked;
  private static TextEncoders.Trained causal;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    masked = TextEncoders.train(folder.resolve("masked"), MODEL, 1, "masked");
    causal = TextEncoders.train(folder.resolve("causal"), "prose", 1, "causal");
    var settings =
        Map.of(
            "ATHANOR_BATCHING_PARALLEL", "1", // several would share what waits
            "athanor.batching.models.unhurried.max-delay", "2s");
    serving = new Serving(folder, settings);
    serving.publish(masked.published());
    var same = masked.published();
    serving.publish(new Published(same.folder(), UNHURRIED, 1, same.cardJson(), same.files()));
    serving.publish(causal.published());
    serving.publish(BertExport.write(folder.resolve("mean"), "mean", "mean", true));
    serving.publish(BertExport.write(folder.resolve("first"), "first", "first", false));
    serving.publish(BertExport.write(folder.resolve("last"), "last", "last", false));
    for (var model : List.of(MODEL, UNHURRIED, "prose", "mean", "first", "last")) {
      serving.awaitServed(model, model + "@1");
    }
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatOnnxRuntimeGives(TextDoor door) throws Exception {
    var expected = onnxRuntime(PROBES);
    assertClose(door.embed(serving, MODEL, PROBES).vectors(), expected, 1e-6f);
    assertClose(
        door.embed(serving, MODEL + "@1", PROBES.subList(0, 1)).vectors(),
        Arrays.copyOf(expected, 1),
        1e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatTheTrainerGives(TextDoor door) {
    assertClose(door.embed(serving, MODEL, PROBES).vectors(), masked.vectors(), 1e-4f);
    assertClose(door.embed(serving, "prose", PROBES).vectors(), causal.vectors(), 1e-4f);
  }

  /// Nine to twelve bytes are as many tokens, which share a bucket, and so a forward pass.
  @Test
  void aVectorDoesNotDependOnItsNeighbours() {
    var texts = List.of("qqqqqqqqq", "QQQQQQQQQQ", "0000000000", "zzzzzzzzzzz", "~~~~~~~~~~~~");
    var before = serving.passes(UNHURRIED + "@1");
    var together = TextDoor.GRPC.embed(serving, UNHURRIED, texts).vectors();
    var after = serving.passes(UNHURRIED + "@1");
    assertThat(of(after, "inputs") - of(before, "inputs")).isEqualTo(5);
    assertThat(of(after, "passes") - of(before, "passes")).isEqualTo(1);
    for (int i = 0; i < texts.size(); i++) {
      assertClose(
          TextDoor.GRPC.embed(serving, MODEL, texts.subList(i, i + 1)).vectors(),
          new float[][] {together[i]},
          1e-6f);
    }
  }

  @Test
  void shortTextsAreNotPaddedToLongOnes() {
    var texts = new ArrayList<>(Collections.nCopies(6, "ab"));
    texts.addAll(Collections.nCopies(6, "abcdefghijklmnopqrst"));
    var tokens = serving.counted("athanor.embedding.tokens", "model", UNHURRIED + "@1");
    var padded = padding();
    var before = serving.passes(UNHURRIED + "@1");
    TextDoor.GRPC.embed(serving, UNHURRIED, texts).vectors();
    var after = serving.passes(UNHURRIED + "@1");
    int expected = texts.stream().mapToInt(text -> tokenizer.ids(text).length).sum();
    assertThat(serving.counted("athanor.embedding.tokens", "model", UNHURRIED + "@1") - tokens)
        .isEqualTo(expected);
    assertThat(of(after, "passes") - of(before, "passes")).isEqualTo(2);
    assertThat(padding()).isEqualTo(padded);
  }

  /// The sum over all forward passes of the share that was padding.
  private static double padding() {
    var meter = serving.meters().find("athanor.embedding.padding").tag("model", UNHURRIED + "@1");
    return meter.summaries().stream().mapToDouble(summary -> summary.totalAmount()).sum();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooLongIsCutOrRefused(TextDoor door) {
    var text = "w".repeat(2 * TextEncoders.TOKENS);
    var cut = tokenizer.text(Arrays.copyOf(tokenizer.ids(text), TextEncoders.TOKENS));
    assertClose(
        door.embed(serving, MODEL, List.of(text)).vectors(),
        TextDoor.RAW_JSON.embed(serving, MODEL, List.of(cut)).vectors(),
        1e-6f);
    if (door.form == TextDoor.Form.SEQUENCES) {
      return; // which the caller has cut
    }
    var asked = new TextDoor.Ask(MODEL, List.of("short", text), Map.of(), false);
    var refused = door.embed(serving, asked);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .contains("[1]: %d tokens".formatted(tokenizer.ids(text).length))
        .contains("at most " + TextEncoders.TOKENS);
  }

  @Test
  void openAisUsageCountsTheTokensThatWereEmbedded() {
    var document = openAi(Map.of("model", MODEL, "input", PROBES));
    int expected =
        PROBES.stream()
            .mapToInt(text -> Math.min(tokenizer.ids(text).length, TextEncoders.TOKENS))
            .sum();
    assertThat(document.at("/usage/prompt_tokens").intValue()).isEqualTo(expected);
    assertThat(document.at("/usage/total_tokens").intValue()).isEqualTo(expected);
  }

  /// A list of numbers is one text's tokens; a data URI is a text to an encoder of texts.
  @Test
  void openAisInputMeansWhatItsReferenceSays() {
    var text = "data:image/png;base64,AAAA";
    var expected = TextDoor.RAW_JSON.embed(serving, MODEL, List.of(text)).vectors()[0];
    for (Object input :
        List.of(text, List.of(text), tokenizer.ids(text), List.of(tokenizer.ids(text)))) {
      var document = openAi(Map.of("model", MODEL, "input", input));
      assertThat(document.path("data")).hasSize(1);
      assertClose(
          new float[][] {Door.floats(document.at("/data/0/embedding"))},
          new float[][] {expected},
          1e-6f);
    }
  }

  @Test
  void openAisDimensionsCutAndRenormalise() {
    var document = openAi(Map.of("model", MODEL, "input", "gold", "dimensions", 8));
    var cut = Door.floats(document.at("/data/0/embedding"));
    var whole = TextDoor.OPENAI_FLOAT.embed(serving, MODEL, List.of("gold")).vectors()[0];
    double length = 0;
    for (int d = 0; d < 8; d++) {
      length += whole[d] * whole[d];
    }
    assertThat(cut).hasSize(8);
    for (int d = 0; d < 8; d++) {
      assertThat(cut[d]).isCloseTo((float) (whole[d] / Math.sqrt(length)), within(1e-6f));
    }
  }

  @Test
  void theInferenceProtocolDescribesATextModel() throws Exception {
    assertThat(serving.get("/v2/models/" + MODEL).body())
        .isEqualTo(
            """
            {"name":"words","versions":["1"],"platform":"onnxruntime_onnx",\
            "inputs":[{"name":"input_ids","datatype":"INT64","shape":[-1,-1]},\
            {"name":"attention_mask","datatype":"INT64","shape":[-1,-1]},\
            {"name":"text","datatype":"BYTES","shape":[-1]}],\
            "outputs":[{"name":"embedding","datatype":"FP32","shape":[-1,32]}]}""");
    assertThat(serving.get("/v1/models/" + MODEL).body()).contains("\"kind\":\"text-encoder\"");
  }

  /// Three inputs, hidden states, a tokenizer with a frame: what BERT's exporters write.
  @ParameterizedTest
  @CsvSource({"mean, true", "first, false", "last, false"})
  void encodersThatOthersExportedAreServed(String pooling, boolean normalise) throws Exception {
    var texts = List.of("Hello worlds", "gold", "hello hello unknown furnace world gold gold gold");
    long[][] sequences = {
      {2, 5, 6, 7, 3}, {2, 9, 3}, {2, 5, 5, 1, 8, 6, 9, 9, 9, 3},
    };
    var found = TextDoor.OPENAI_FLOAT.embed(serving, pooling, texts).vectors();
    for (int i = 0; i < texts.size(); i++) {
      var states = hiddenStates(folder.resolve(pooling), sequences[i]);
      var expected =
          switch (pooling) {
            case "first" -> states[0];
            case "last" -> states[states.length - 1];
            default -> mean(states);
          };
      assertClose(
          new float[][] {found[i]}, new float[][] {normalise ? unit(expected) : expected}, 1e-6f);
    }
  }

  /// What a language model is for is not embedding.
  @Test
  void aLanguageModelIsListedNowhere() throws Exception {
    var elsewhere = folder.resolve("language");
    Files.createDirectories(elsewhere);
    Files.writeString(elsewhere.resolve("model.onnx"), "never read");
    serving.publish(
        new Published(elsewhere, "talker", 1, "{\"kind\": \"language-model\"}", List.of()));
    serving.publish(BertExport.write(folder.resolve("after"), "after", "mean", true));
    serving.awaitServed("after", "after@1");
    assertThat(serving.get("/v1/models").body()).contains("after").doesNotContain("talker");
    assertThat(serving.get("/v1/models/nothing").body()).contains("after").doesNotContain("talker");
    var asked = TextDoor.GRPC.embed(serving, "talker", List.of("hello"));
    assertThat(asked.status()).isEqualTo(404);
    assertThat(TextDoor.GRPC.embed(serving, "talker@1", List.of("hello")).message())
        .contains("kind: \"language-model\" (expected: image-encoder or text-encoder)");
  }

  private static double of(Map<String, Double> passes, String what) {
    return passes.getOrDefault(what, 0.0);
  }

  private static JsonNode openAi(Map<String, ?> body) {
    var response =
        serving.send(
            serving
                .request("/v1/embeddings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Door.JSON.writeValueAsBytes(body))));
    assertThat(response.statusCode()).isEqualTo(200);
    return Door.JSON.readTree(response.body());
  }

  private static float[][] onnxRuntime(List<String> texts) throws Exception {
    var padded = TextDoor.Padded.of(texts);
    var environment = OrtEnvironment.getEnvironment();
    long[] shape = {padded.rows(), padded.length()};
    var model = masked.published().folder().resolve("model.onnx").toString();
    try (var session = environment.createSession(model);
        var ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(padded.ids()), shape);
        var mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(padded.mask()), shape);
        var result = session.run(Map.of("input_ids", ids, "attention_mask", mask))) {
      return (float[][]) result.get("embedding").orElseThrow().getValue();
    }
  }

  /// (T, D) of a text alone.
  private static float[][] hiddenStates(Path of, long[] sequence) throws Exception {
    var environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, sequence.length};
    var ones = new long[sequence.length];
    Arrays.fill(ones, 1);
    var inputs = new HashMap<String, OnnxTensor>();
    try (var session = environment.createSession(of.resolve("model.onnx").toString());
        var ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(sequence), shape);
        var mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
        var types =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(new long[sequence.length]), shape)) {
      inputs.put("input_ids", ids);
      inputs.put("attention_mask", mask);
      inputs.put("token_type_ids", types);
      try (var result = session.run(inputs)) {
        return ((float[][][]) result.get(BertExport.OUTPUT).orElseThrow().getValue())[0];
      }
    }
  }

  private static float[] mean(float[][] states) {
    var mean = new float[states[0].length];
    for (int d = 0; d < mean.length; d++) {
      double sum = 0;
      for (var state : states) {
        sum += state[d];
      }
      mean[d] = (float) (sum / states.length);
    }
    return mean;
  }

  private static float[] unit(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    var unit = new float[row.length];
    for (int d = 0; d < row.length; d++) {
      unit[d] = (float) (row[d] / Math.sqrt(squares));
    }
    return unit;
  }

  private static void assertClose(float[][] found, float[][] expected, float tolerance) {
    assertThat(found).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).usingComparatorWithPrecision(tolerance).containsExactly(expected[i]);
    }
  }
}
