package dev.athanor.learning.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is exported for text computes what the trainer computes, at once or token by token.
class TextExportTest {

  private static final float NEAR = 1e-4f;
  private static final long[] IDS = {3, 1, 4, 1, 5, 9, 2, 6};

  @TempDir Path folder;

  private final NDManager manager = Torch.newManager();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("model.onnx");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static List<CausalTransformer> transformers() {
    return List.of(
        new CausalTransformer(2, 16, 4, 4, 24, 11, 32, 10_000, 1e-5, true),
        new CausalTransformer(2, 16, 4, 2, 24, 11, 32, 500, 1e-6, false),
        new CausalTransformer(1, 16, 4, 1, 24, 11, 32, 10_000, 1e-5, true));
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void aLanguageModelComputesWhatTheTrainerComputes(CausalTransformer net) throws Exception {
    var weights = weights(net.languageModel());
    new TextExport().writeLanguageModel(file, net, weights);
    var expected = run(net.languageModel(), weights, IDS, 1);
    try (var model = new Model(net, file)) {
      var found = model.next(IDS, ones(IDS.length), positions(0, IDS.length), 1);
      assertThat(found).containsExactly(expected, within(NEAR));
    }
  }

  @Test
  void noFileIsBegunWhereAWeightIsMissing() {
    var tiny = new CausalTransformer(22, 2048, 32, 4, 5632, 32_000, 2048, 10_000, 1e-5, false);
    assertThatThrownBy(() -> new TextExport().writeLanguageModel(file, tiny, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("weights: no model.embed_tokens.weight");
    assertThat(folder).isEmptyDirectory();
  }

  /// As TinyLlama's 1.1 billion do, which are more than one ONNX file holds.
  @ParameterizedTest
  @MethodSource("transformers")
  void weightsInAFileOfTheirOwnComputeTheSameToTheBit(CausalTransformer net) throws Exception {
    var weights = weights(net.languageModel());
    var large = Files.createDirectory(folder.resolve("large")).resolve("model.onnx");
    new TextExport().writeLanguageModel(file, net, weights);
    new TextExport(bytes(net.languageModel()) - 1).writeLanguageModel(large, net, weights);
    assertApart(file, large, net.languageModel());
    assertThat(logits(net, large)).containsExactly(logits(net, file));

    new TextExport().writeEncoder(file, net, weights);
    new TextExport(bytes(net.embedding()) - 1).writeEncoder(large, net, weights);
    assertApart(file, large, net.embedding());
    assertThat(embedding(large)).isDeepEqualTo(embedding(file));
  }

  @Test
  void weightsThatFitLieInTheGraph() throws Exception {
    var net = transformers().getFirst();
    new TextExport(bytes(net.languageModel()))
        .writeLanguageModel(file, net, weights(net.languageModel()));
    assertThat(folder.resolve("model.onnx.data")).doesNotExist();
  }

  private static long bytes(Network network) {
    return Float.BYTES * network.elements();
  }

  /// Every parameter, and nothing else, lies in the one other file, on a page's boundary, to the
  /// bit.
  private static void assertApart(Path single, Path graph, Network network) throws Exception {
    var data = Files.readAllBytes(graph.resolveSibling("model.onnx.data"));
    var parameters = network.parameters().stream().map(Parameter::name).toList();
    var whole =
        initializers(single).stream()
            .collect(Collectors.toMap(Onnx.Tensor::getName, Onnx.Tensor::getRawData));
    long end = 0;
    for (var one : initializers(graph)) {
      if (!parameters.contains(one.getName())) {
        assertThat(one.getRawData()).isEqualTo(whole.get(one.getName()));
        continue;
      }
      assertThat(one.getRawData().isEmpty()).isTrue();
      assertThat(one.getDataLocation()).isEqualTo(Onnx.Tensor.Location.EXTERNAL);
      var entries =
          one.getExternalDataList().stream()
              .collect(Collectors.toMap(Onnx.Entry::getKey, Onnx.Entry::getValue));
      assertThat(entries).containsOnlyKeys("location", "offset", "length");
      assertThat(entries).containsEntry("location", "model.onnx.data");
      int offset = Integer.parseInt(entries.get("offset"));
      int length = Integer.parseInt(entries.get("length"));
      assertThat(offset % 4096).isZero();
      assertThat(offset).isGreaterThanOrEqualTo((int) end);
      end = offset + length;
      assertThat(ByteString.copyFrom(data, offset, length)).isEqualTo(whole.get(one.getName()));
    }
    assertThat(data).hasSize((int) end);
    assertThat(initializers(graph).stream().map(Onnx.Tensor::getName)).containsAll(parameters);
  }

  private static List<Onnx.Tensor> initializers(Path graph) throws Exception {
    return Onnx.Model.parseFrom(Files.readAllBytes(graph)).getGraph().getInitializerList();
  }

  private static float[] logits(CausalTransformer net, Path graph) throws OrtException {
    try (var model = new Model(net, graph)) {
      return model.next(IDS, ones(IDS.length), positions(0, IDS.length), 1);
    }
  }

  private static float[][] embedding(Path graph) throws OrtException {
    try (var session = OrtEnvironment.getEnvironment().createSession(graph.toString());
        var ids = longs(IDS, 1, IDS.length);
        var mask = longs(ones(IDS.length), 1, IDS.length);
        var result = session.run(Map.of(TextExport.IDS, ids, TextExport.MASK, mask))) {
      return (float[][]) result.get(OnnxExport.OUTPUT).orElseThrow().getValue();
    }
  }

  /// Three tokens, then one, then the rest, each call with what the last one left.
  @ParameterizedTest
  @MethodSource("transformers")
  void decodingTokenByTokenEqualsTheFullPass(CausalTransformer net) throws Exception {
    var weights = weights(net.languageModel());
    new TextExport().writeLanguageModel(file, net, weights);
    var whole = run(net.languageModel(), weights, IDS, 1);
    try (var model = new Model(net, file)) {
      int[] cuts = {0, 3, 4, 8};
      for (var i = 0; i + 1 < cuts.length; i++) {
        int from = cuts[i];
        int to = cuts[i + 1];
        var found = model.next(Arrays.copyOfRange(IDS, from, to), ones(to), positions(from, to), 1);
        var expected = Arrays.copyOfRange(whole, from * net.vocabulary(), to * net.vocabulary());
        assertThat(found).containsExactly(expected, within(NEAR));
      }
    }
  }

  /// Two prompts of different lengths, the shorter one padded in front, decoded together.
  @ParameterizedTest
  @MethodSource("transformers")
  void promptsOfDifferentLengthsShareABatch(CausalTransformer net) throws Exception {
    var weights = weights(net.languageModel());
    new TextExport().writeLanguageModel(file, net, weights);
    var longer = run(net.languageModel(), weights, new long[] {3, 1, 4, 1, 5}, 1);
    var shorter = run(net.languageModel(), weights, new long[] {9, 2, 6}, 1);
    int v = net.vocabulary();
    try (var model = new Model(net, file)) {
      var first =
          model.next(
              new long[] {3, 1, 4, 1, 0, 0, 9, 2},
              new long[] {1, 1, 1, 1, 0, 0, 1, 1},
              new long[] {0, 1, 2, 3, 0, 0, 0, 1},
              2);
      assertThat(Arrays.copyOfRange(first, 3 * v, 4 * v))
          .containsExactly(Arrays.copyOfRange(longer, 3 * v, 4 * v), within(NEAR));
      assertThat(Arrays.copyOfRange(first, 6 * v, 8 * v))
          .containsExactly(Arrays.copyOfRange(shorter, 0, 2 * v), within(NEAR));
      var second =
          model.next(
              new long[] {5, 6}, new long[] {1, 1, 1, 1, 1, 0, 0, 1, 1, 1}, new long[] {4, 2}, 2);
      assertThat(Arrays.copyOfRange(second, 0, v))
          .containsExactly(Arrays.copyOfRange(longer, 4 * v, 5 * v), within(NEAR));
      assertThat(Arrays.copyOfRange(second, v, 2 * v))
          .containsExactly(Arrays.copyOfRange(shorter, 2 * v, 3 * v), within(NEAR));
    }
  }

  static List<TextEncoder> encoders() {
    return List.of(new MaskedTransformer(2, 12, 3, 20, 11, 9), transformers().get(1));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void anEncoderComputesWhatTheTrainerComputesWithPadding(TextEncoder encoder) throws Exception {
    var weights = weights(encoder.hidden());
    new TextExport().writeEncoder(file, encoder, weights);
    var expected =
        run(encoder.embedding(), weights, new long[] {3, 1, 4, 1, 5, 9, 2, 6, 5, -1, -1, -1}, 2);
    try (var session = OrtEnvironment.getEnvironment().createSession(file.toString());
        var ids = longs(new long[] {3, 1, 4, 1, 5, 9, 2, 6, 5, 0, 7, 0}, 2, 6);
        var mask = longs(new long[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, 2, 6);
        var result = session.run(Map.of(TextExport.IDS, ids, TextExport.MASK, mask))) {
      var rows = (float[][]) result.get(OnnxExport.OUTPUT).orElseThrow().getValue();
      int d = encoder.dimensions();
      assertThat(rows[0]).containsExactly(Arrays.copyOf(expected, d), within(NEAR));
      assertThat(rows[1]).containsExactly(Arrays.copyOfRange(expected, d, 2 * d), within(NEAR));
    }
  }

  @Test
  void passesOnnxOwnChecker() throws Exception {
    Python.assume("onnx");
    var net = transformers().get(1);
    new TextExport().writeLanguageModel(file, net, weights(net.languageModel()));
    var encoder = folder.resolve("encoder.onnx");
    new TextExport(0)
        .writeEncoder(encoder, encoders().getFirst(), weights(encoders().getFirst().hidden()));
    Python.run(
        """
        import onnx, sys
        for path in sys.argv[1:]:
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
        model = onnx.load(sys.argv[1])
        names = [value.name for value in model.graph.input]
        assert names == ['input_ids', 'attention_mask', 'position_ids',
                         'past_key_values.0.key', 'past_key_values.0.value',
                         'past_key_values.1.key', 'past_key_values.1.value'], names
        past = model.graph.input[3].type.tensor_type.shape.dim
        assert [d.dim_param or d.dim_value for d in past] == ['batch', 2, 'past', 4], past
        weights = [one for one in model.graph.initializer if len(one.dims) == 2]
        assert len(weights) == len({one.name for one in weights}) == 2 * 7 + 2, len(weights)
        """,
        file.toString(),
        encoder.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void theSameWeightsGiveTheSameBytes(long mostBytes) throws Exception {
    var net = transformers().getFirst();
    for (var name : List.of("one", "two")) {
      new TextExport(mostBytes)
          .writeLanguageModel(
              Files.createDirectory(folder.resolve(name)).resolve("model.onnx"),
              net,
              weights(net.languageModel()));
    }
    for (var written : list(folder.resolve("one"))) {
      assertThat(folder.resolve("two").resolve(written.getFileName()))
          .hasSameBinaryContentAs(written);
    }
    assertThat(list(folder.resolve("two"))).hasSize(mostBytes == 0 ? 2 : 1);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  /// The exported model and what it has seen so far.
  private static final class Model implements AutoCloseable {
    private final CausalTransformer net;
    private final OrtSession session;
    private final Map<String, float[]> past = new HashMap<>();
    private int seen;

    Model(CausalTransformer net, Path graph) throws OrtException {
      this.net = net;
      this.session = OrtEnvironment.getEnvironment().createSession(graph.toString());
    }

    /// Scores of the new tokens' next ones, (rows, new, vocabulary), and remembers.
    float[] next(long[] ids, long[] mask, long[] positions, int rows) throws OrtException {
      var inputs = new HashMap<String, OnnxTensor>();
      var fresh = ids.length / rows;
      inputs.put(TextExport.IDS, longs(ids, rows, fresh));
      inputs.put(TextExport.MASK, longs(mask, rows, seen + fresh));
      inputs.put(TextExport.POSITIONS, longs(positions, rows, fresh));
      for (var name : session.getInputNames()) {
        if (name.startsWith("past_key_values.")) {
          long[] shape = {rows, net.keyValueHeads(), seen, net.headSize()};
          var values = past.getOrDefault(name, new float[0]);
          inputs.put(
              name,
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values), shape));
        }
      }
      try (var result = session.run(inputs)) {
        seen += fresh;
        for (var entry : result) {
          if (entry.getKey().startsWith("present.")) {
            var name = entry.getKey().replace("present.", "past_key_values.");
            past.put(name, floats((OnnxTensor) entry.getValue()));
          }
        }
        return floats((OnnxTensor) result.get(TextExport.LOGITS).orElseThrow());
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    var buffer = tensor.getFloatBuffer();
    var values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static OnnxTensor longs(long[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), shape);
  }

  private static long[] ones(int count) {
    return LongStream.generate(() -> 1).limit(count).toArray();
  }

  private static long[] positions(int from, int to) {
    return LongStream.range(from, to).toArray();
  }

  private float[] run(Network network, Map<String, Tensor> weights, long[] ids, int rows) {
    var held = new Weights(network.parameters(), weights, manager);
    return new Forward(network, held)
        .run(manager.create(ids, new Shape(rows, ids.length / rows)), false)
        .toFloatArray();
  }

  /// Of a size at which every part matters, norms included.
  private static Map<String, Tensor> weights(Network network) {
    var random = new Random(5);
    var tensors = new TreeMap<>(Initialiser.tensors(network.parameters(), 1));
    tensors.replaceAll(
        (_, tensor) -> {
          var values = tensor.floats();
          for (var i = 0; i < values.length; i++) {
            values[i] += (float) (0.3 * random.nextGaussian());
          }
          return Tensor.floats(tensor.shape(), values);
        });
    return tensors;
  }
}
