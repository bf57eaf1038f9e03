package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.TextEncoders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Clients that others wrote, unchanged: npm's `openai` and `@grpc/grpc-js`.
class NodeClientsIT {
  private static final String MODEL = "node";
  private static final String WORDS = "words-in-node";
  private static final List<String> texts = TextEncoders.PROBES;
  private static final Path PROGRAMS = module().resolve("src/test/node");

  @TempDir static Path folder;
  private static Serving serving;
  private static final List<byte[]> images = Encoders.images(3, 8);
  private static final List<String> files = new ArrayList<>();
  private static float[][] expected;
  private static float[][] expectedOfTexts;

  @BeforeAll
  static void start() throws Exception {
    for (var program : List.of("package.json", "openai.mjs", "grpc.mjs")) {
      Files.copy(PROGRAMS.resolve(program), folder.resolve(program));
    }
    assumeTrue(
        run(List.of("npm", "install", "--no-audit", "--no-fund", "--silent")).ok(),
        "NO node and npm with a registry: clients of other languages are NOT tried");
    serving = new Serving(folder, Map.of());
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
    serving.awaitServed(MODEL, MODEL + "@1");
    expected = Door.RAW_JSON.embed(serving, MODEL, images).vectors();
    serving.publish(TextEncoders.train(folder.resolve("2"), WORDS, 1, "masked").published());
    serving.awaitServed(WORDS, WORDS + "@1");
    expectedOfTexts = TextDoor.RAW_JSON.embed(serving, WORDS, texts).vectors();
    for (int i = 0; i < images.size(); i++) {
      var file = folder.resolve(i + ".png");
      Files.write(file, images.get(i));
      files.add(file.toString());
    }
  }

  @AfterAll
  static void stop() {
    if (serving != null) {
      serving.close();
    }
  }

  @Test
  void openAisOwnClientEmbedsImages() throws Exception {
    var said = answer("openai.mjs", List.of(serving.root().toString(), MODEL), files);
    assertClose(Door.rows(said.path("packed")), expected);
    assertClose(Door.rows(said.path("plain")), expected);
    assertThat(said.path("tokens").intValue()).isZero();
    assertThat(said.path("models").valueStream().map(JsonNode::stringValue)).contains(MODEL);
    assertThat(said.at("/refused/type").asString()).isEqualTo("NotFoundError");
    assertThat(said.at("/refused/code").asString()).isEqualTo("model_not_found");
  }

  @Test
  void openAisOwnClientEmbedsTexts() throws Exception {
    var said = answer("openai.mjs", List.of(serving.root().toString(), WORDS), asTexts());
    assertClose(Door.rows(said.path("packed")), expectedOfTexts);
    assertClose(Door.rows(said.path("plain")), expectedOfTexts);
    assertThat(said.path("tokens").intValue()).isEqualTo(tokens());
  }

  @Test
  void grpcJsNeedsNothingButTheProtoFiles() throws Exception {
    assertGrpc(answer("grpc.mjs", grpc(MODEL), files), expected);
  }

  @Test
  void grpcJsEmbedsTexts() throws Exception {
    var said = answer("grpc.mjs", grpc(WORDS), asTexts());
    assertGrpc(said, expectedOfTexts);
    assertThat(said.path("tokens").intValue()).isEqualTo(tokens());
  }

  private static List<String> grpc(String model) {
    var protos = module().resolve("../contracts/src/main/proto").normalize().toString();
    return List.of("127.0.0.1:" + serving.grpcPort(), protos, model);
  }

  private static List<String> asTexts() {
    var arguments = new ArrayList<>(List.of("--texts"));
    arguments.addAll(texts);
    return arguments;
  }

  private static int tokens() {
    var tokenizer = TextEncoders.tokenizer();
    return texts.stream()
        .mapToInt(text -> tokenizer.sequence(tokenizer.ids(text), TextEncoders.TOKENS).length)
        .sum();
  }

  private static void assertGrpc(JsonNode said, float[][] rows) {
    assertClose(Door.rows(said.path("unary")), rows);
    assertClose(Door.rows(said.path("streamed")), rows);
    assertThat(said.path("order").valueStream().map(JsonNode::stringValue))
        .containsExactlyElementsOf(
            IntStream.range(0, rows.length).mapToObj(String::valueOf).toList());
    assertThat(said.path("live").asBoolean()).isTrue();
    int[] shape = {said.at("/shape/0").intValue(), said.at("/shape/1").intValue()};
    assertClose(Door.split(Door.floats(said.path("inferred")), shape), rows);
  }

  private static JsonNode answer(String program, List<String> arguments, List<String> inputs)
      throws Exception {
    var command = new ArrayList<>(List.of("node", program));
    command.addAll(arguments);
    command.addAll(inputs);
    var ran = run(command);
    assertThat(ran.ok()).as(ran.said()).isTrue();
    return Door.JSON.readTree(ran.said());
  }

  private static void assertClose(float[][] rows, float[][] expected) {
    assertThat(rows).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < rows[i].length; d++) {
        assertThat(rows[i][d]).isCloseTo(expected[i][d], within(1e-6f));
      }
    }
  }

  private record Ran(boolean ok, String said) {}

  private static Ran run(List<String> command) throws InterruptedException, IOException {
    var output = folder.resolve("output").toFile();
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start();
    } catch (IOException notThere) {
      return new Ran(false, String.valueOf(notThere.getMessage()));
    }
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    var said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
    return new Ran(ended && process.exitValue() == 0, said);
  }

  private static Path module() {
    var here = Path.of("").toAbsolutePath();
    return here.endsWith("embedding-service") ? here : here.resolve("embedding-service");
  }
}
