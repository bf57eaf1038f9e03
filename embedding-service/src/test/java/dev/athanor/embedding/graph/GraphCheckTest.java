package dev.athanor.embedding.graph;

import static dev.athanor.embedding.Graphs.DIMENSIONS;
import static dev.athanor.embedding.Graphs.FLOAT;
import static dev.athanor.embedding.Graphs.encoder;
import static dev.athanor.embedding.Graphs.encoderOf;
import static dev.athanor.embedding.Graphs.flat;
import static dev.athanor.embedding.Graphs.graphAttribute;
import static dev.athanor.embedding.Graphs.model;
import static dev.athanor.embedding.Graphs.node;
import static dev.athanor.embedding.Graphs.shape;
import static dev.athanor.embedding.Graphs.tensor;
import static dev.athanor.embedding.Graphs.tensorAttribute;
import static dev.athanor.embedding.Graphs.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Wire;
import dev.athanor.embedding.catalogue.Card;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is refused before anything native sees the file.
class GraphCheckTest {
  private static final Card CARD = Card.parse(Graphs.card(DIMENSIONS));

  @TempDir Path folder;

  @Test
  void theRuntimeTakesWhatWeTake() throws Exception {
    Engine.getEngine("OnnxRuntime"); // cannot be made after an environment of others
    var environment = OrtEnvironment.getEnvironment();
    assertRuns(environment, GraphCheck.NEWEST_IR_VERSION, GraphCheck.NEWEST_OPERATOR_SET, true);
    assertRuns(environment, GraphCheck.OLDEST_IR_VERSION, GraphCheck.OLDEST_OPERATOR_SET, true);
    assertRuns(environment, GraphCheck.NEWEST_IR_VERSION + 1, 17, false);
    assertRuns(environment, 8, GraphCheck.NEWEST_OPERATOR_SET + 1, false);
  }

  private void assertRuns(
      OrtEnvironment environment, int irVersion, int operatorSet, boolean expected)
      throws Exception {
    var file = model(irVersion, operatorSet, flat());
    boolean runs;
    try (var options = new OrtSession.SessionOptions();
        var session = environment.createSession(file.toBytes(), options)) {
      runs = session.getNumInputs() == 1;
    } catch (OrtException refused) {
      runs = false;
    }
    assertThat(runs)
        .as("IR version %d, operator set %d", irVersion, operatorSet)
        .isEqualTo(expected);
    if (expected) {
      accepted(file);
    } else {
      refused(file, "(expected: ");
    }
  }

  @Test
  void versionsAreNamed() {
    refused(model(14, 17, flat()), "ir_version: 14 (expected: 3 to 13)");
    refused(model(2, 17, flat()), "ir_version: 2 (expected: 3 to 13)");
    refused(model(8, 27, flat()), "opset_import of ai.onnx: 27 (expected: 7 to 26)");
    refused(model(8, 6, flat()), "opset_import of ai.onnx: 6 (expected: 7 to 26)");
    refused(
        new Wire().number(1, 8).message(7, flat()),
        "opset_import of ai.onnx: 0 (expected: 7 to 26)");
    refused(new Wire().number(1, 8), "model.onnx: no graph in it");
  }

  @Test
  void operatorsOfOthersAreRefusedWhereverTheyHide() {
    var foreign = node("Own", "mine", "flat > embedding").text(7, "my.domain");
    var message =
        "node \"mine\": operator \"my.domain.Own\" (expected: one of ONNX, ai.onnx.ml or com.microsoft";
    refused(model(encoder(foreign)), message);
    var subgraph = new Wire().message(1, foreign);
    refused(
        model(
            encoder(node("If", "if", "flat > embedding", graphAttribute("then_branch", subgraph)))),
        message);
    refused(
        model(
            encoder(
                node(
                    "If",
                    "if",
                    "flat > embedding",
                    new Wire().text(1, "branches").message(11, subgraph)))),
        message);
    refused(model(flat()).message(25, new Wire().message(7, foreign)), message);
    refused(
        model(encoder(node("EPContext", "compiled", "flat > embedding").text(7, "com.microsoft"))),
        "operator \"com.microsoft.EPContext\"");
    accepted(model(encoder(node("Gelu", "gelu", "flat > embedding").text(7, "com.microsoft"))));
  }

  @Test
  void dataInOtherFilesAreRefusedWhereverTheyHide() {
    var located = tensor("weights", FLOAT, 1).number(14, 1);
    var entry = new Wire().text(1, "location").text(2, "/etc/passwd");
    var listed = tensor("weights", FLOAT, 1).message(13, entry);
    var message = "tensor \"weights\": its data lie in another file";
    for (var external : new Wire[] {located, listed}) {
      refused(model(flat().message(5, external)), message);
      refused(model(flat().message(15, new Wire().message(1, external))), message);
      refused(
          model(flat().message(15, new Wire().message(1, tensor("i", 7, 1)).message(2, external))),
          "its data lie in another file");
      refused(
          model(encoder(node("Constant", "c", "> embedding", tensorAttribute("value", external)))),
          "tensor \"weights\" of node \"c\": operator \"Constant\": its data lie in another file");
      refused(
          model(
              encoder(
                  node(
                      "Constant",
                      "c",
                      "> embedding",
                      new Wire().text(1, "values").message(10, external)))),
          message.substring(0, 16));
      refused(
          model(
              encoder(
                  node(
                      "Constant",
                      "c",
                      "> embedding",
                      new Wire()
                          .text(1, "sparse_value")
                          .message(22, new Wire().message(1, external))))),
          "of node \"c\"");
      refused(
          model(
              encoder(
                  node(
                      "If",
                      "if",
                      "flat > embedding",
                      graphAttribute("then_branch", new Wire().message(5, external))))),
          message);
      refused(
          model(flat()).message(25, new Wire().message(11, tensorAttribute("default", external))),
          message);
    }
    accepted(model(flat().message(5, tensor("weights", FLOAT, 0).number(14, 0))));
  }

  /// Of 5000 bytes, in a version that was made here.
  @Test
  void dataBesideItLieThereAndNowhereElse() throws IOException {
    Files.write(folder.resolve("model.onnx.data"), new byte[5000]);
    acceptedBeside(beside("model.onnx.data", "4096", "904"));
    acceptedBeside(beside("model.onnx.data", "5000", "0"));
    for (var location :
        new String[] {
          "/etc/passwd",
          "../model.onnx.data",
          "./model.onnx.data",
          "model.onnx",
          "model.onnx.data\0",
          ""
        }) {
      refusedBeside(beside(location, "0", "4"));
    }
    refusedBeside(beside("model.onnx.data", "4096", "905"));
    refusedBeside(beside("model.onnx.data", "5001", "0"));
    refusedBeside(beside("model.onnx.data", "-4096", "4"));
    refusedBeside(beside("model.onnx.data", "999999999999999999", "999999999999999999"));
    refusedBeside(beside("model.onnx.data", "9223372036854775807", "4"));
    refusedBeside(beside("model.onnx.data", "0", ""));
    refusedBeside(beside("model.onnx.data", "0", "4").message(13, entry("checksum", "ab")));
    refusedBeside(
        beside("model.onnx.data", "0", "4").message(13, entry("location", "/etc/passwd")));
    refusedBeside(beside("model.onnx.data", "0", "4").message(13, new Wire().text(1, "location")));
    refusedBeside(tensor("weights", FLOAT, 1).number(14, 1));
    var good = beside("model.onnx.data", "0", "4");
    refusedBeside(
        model(encoder(node("Constant", "c", "> embedding", tensorAttribute("value", good))))
            .toBytes());
    refusedBeside(model(flat().message(15, new Wire().message(1, good))).toBytes());
    refused(model(flat().message(5, good)), "its data lie in another file");
  }

  private static Wire beside(String location, String offset, String length) {
    return tensor("weights", FLOAT, 1)
        .number(14, 1)
        .message(13, entry("location", location))
        .message(13, entry("offset", offset))
        .message(13, entry("length", length));
  }

  private static Wire entry(String key, String value) {
    return new Wire().text(1, key).text(2, value);
  }

  private void acceptedBeside(Wire initialiser) {
    assertThatCode(() -> checkBeside(model(flat().message(5, initialiser)).toBytes()))
        .doesNotThrowAnyException();
  }

  private void refusedBeside(Wire initialiser) {
    refusedBeside(model(flat().message(5, initialiser)).toBytes());
  }

  private void refusedBeside(byte[] file) {
    assertThatExceptionOfType(GraphRefused.class)
        .isThrownBy(() -> checkBeside(file))
        .withMessageContaining("(expected: ");
  }

  private void checkBeside(byte[] bytes) throws IOException {
    GraphCheck.checkBeside(Files.write(folder.resolve("model.onnx"), bytes), CARD);
  }

  @Test
  void inputsAndOutputsAreWhatTheCardSays() {
    var wanted = "(expected: \"pixels\" float32 (?, 3, 4, 4)";
    refused(
        model(io(value("image", FLOAT, -1, 3, 4, 4), null)),
        "input \"image\" float32 (?, 3, 4, 4) (expected: [\"pixels\"");
    refused(model(io(null, null)), "inputs: [] " + wanted);
    refused(
        model(flat().message(11, value("more", FLOAT, -1))),
        "input \"more\" float32 (?) (expected: [\"pixels\"");
    refused(
        model(io(value("pixels", 10, -1, 3, 4, 4), null)),
        "input \"pixels\" float16 (?, 3, 4, 4) " + wanted);
    refused(
        model(io(value("pixels", FLOAT, -1, 48), null)),
        "input \"pixels\" float32 (?, 48) " + wanted);
    refused(model(io(value("pixels", FLOAT, -1, 3, 8, 4), null)), "(?, 3, 8, 4) " + wanted);
    refused(
        model(io(value("pixels", FLOAT, 1, 3, 4, 4), null)),
        "(1, 3, 4, 4) " + wanted + ", where ? is any number; export it with dynamic axes)");
    refused(model(io(new Wire().text(1, "pixels"), null)), "input \"pixels\" type 0 of any shape");
    var pixels = value("pixels", FLOAT, -1, 3, 4, 4);
    refused(
        model(io(pixels, value("vector", FLOAT, -1, 48))),
        "outputs: [\"vector\" float32 (?, 48)] (expected: \"embedding\" float32 (?, 48)");
    refused(
        model(io(pixels, value("embedding", FLOAT, -1, 40))),
        "output \"embedding\" float32 (?, 40) (expected: \"embedding\" float32 (?, 48)");
    refused(
        model(io(pixels, value("embedding", FLOAT, -1, 48, 1, 1))),
        "output \"embedding\" float32 (?, 48, 1, 1)");
    refused(
        model(io(pixels, value("embedding", 11, -1, 48))), "output \"embedding\" float64 (?, 48)");
    accepted(
        model(io(value("pixels", FLOAT, -1, 3, -1, -1), value("embedding", FLOAT, (long[]) null))));
    accepted(model(encoderOf(shape(-1, -1), node("Identity", "copy", "flat > embedding"))));
  }

  /// A graph with other ends.
  private static Wire io(@Nullable Wire input, @Nullable Wire output) {
    var graph = new Wire().message(1, node("Identity", "copy", "pixels > embedding"));
    if (input != null) {
      graph.message(11, input);
    }
    return graph.message(12, output == null ? value("embedding", FLOAT, -1, 48) : output);
  }

  @Test
  void weightsThatAreInputsTooAreNone() {
    var weights = tensor("weights", FLOAT, 0);
    accepted(model(3, 17, flat().message(5, weights).message(11, value("weights", FLOAT, 0))));
    accepted(
        model(
            3,
            17,
            new Wire()
                .message(11, value("weights", FLOAT, 0))
                .message(5, weights)
                .raw(flat().toBytes())));
  }

  @Test
  void aFileHasBounds() {
    var many = new Wire();
    var one = node("Identity", "n", "flat > flat");
    for (int i = 0; i < GraphReader.MOST_NODES; i++) {
      many.message(1, one);
    }
    refused(model(many.raw(flat().toBytes())), "more than 100000 nodes");
    var nested = flat();
    for (int i = 0; i < 20; i++) {
      nested = new Wire().message(1, node("If", "if", "a > b", graphAttribute("g", nested)));
    }
    refused(model(nested), "graphs within graphs, 17 deep (expected: at most 16)");
    refused(
        model(encoder(node("x".repeat(5000), "long", "flat > embedding"))),
        "a name of 5000 bytes (expected: at most 4096)");
    var values = flat();
    for (int i = 0; i < 1001; i++) {
      values.message(11, value("v" + i, FLOAT));
    }
    refused(model(values), "more than 1000 inputs or outputs");
    refused(model(flat()).raw((byte) (9 << 3 | 3)), "a group");
  }

  @Test
  void aTruncatedFileIsNeverTakenForAWholeOne() throws IOException {
    var whole = model(encoder(node("Identity", "copy", "flat > embedding"))).toBytes();
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "(expected: ");
    }
    accepted(whole);
  }

  @Test
  void anythingElseIsRefusedInWords() throws IOException {
    for (long seed = 0; seed < 2000; seed++) {
      var random = new Random(seed);
      var bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      refused(bytes, "(expected: ");
    }
    var whole = model(Graphs.loop(3)).toBytes();
    for (int seed = 0; seed < 5000; seed++) {
      var random = new Random(seed);
      var changed = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        check(changed);
      } catch (GraphRefused refusal) {
        assertThat(refusal).hasMessageContaining("(expected: ");
      }
    }
  }

  @Test
  void namesCannotForgeLogLines() {
    refused(
        model(encoder(node("Own", "a\nb\u202e", "flat > embedding").text(7, "d\r"))),
        "node \"a\\u000ab\\u202e\": operator \"d\\u000d.Own\"");
  }

  private void accepted(Wire file) {
    accepted(file.toBytes());
  }

  private void accepted(byte[] file) {
    assertThatCode(() -> check(file)).doesNotThrowAnyException();
  }

  private void refused(Wire file, String message) {
    refused(file.toBytes(), message);
  }

  private void refused(byte[] file, String message) {
    assertThatExceptionOfType(GraphRefused.class)
        .isThrownBy(() -> check(file))
        .withMessageContaining(message)
        .withMessageContaining("(expected: ");
  }

  private void check(byte[] bytes) throws IOException {
    var file = folder.resolve("model.onnx");
    Files.write(file, bytes);
    GraphCheck.check(file, CARD);
  }
}
