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
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    TextExport.writeLanguageModel(file, net, weights);
    var expected = run(net.languageModel(), weights, IDS, 1);
    try (var model = new Model(net)) {
      var found = model.next(IDS, ones(IDS.length), positions(0, IDS.length), 1);
      assertThat(found).containsExactly(expected, within(NEAR));
    }
  }

  /// TinyLlama's 1.1 billion parameters, and as many as SmolLM's 360 million: no weights are needed
  /// to tell, and no file is begun.
  @Test
  void aModelThatNoFileHoldsIsRefused() {
    var tiny = new CausalTransformer(22, 2048, 32, 4, 5632, 32_000, 2048, 10_000, 1e-5, false);
    assertThatThrownBy(() -> TextExport.writeLanguageModel(file, tiny, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "weights: 4400193536 bytes of float32 (expected: at most 2130706431, what an ONNX file holds)");
    assertThatThrownBy(() -> TextExport.writeEncoder(file, tiny, Map.of()))
        .hasMessageContaining("what an ONNX file holds");
    assertThat(file).doesNotExist();
    var smol = new CausalTransformer(32, 960, 15, 5, 2560, 49_152, 2048, 10_000, 1e-5, true);
    assertThatThrownBy(() -> TextExport.writeLanguageModel(file, smol, Map.of()))
        .hasMessageStartingWith("weights: no model.embed_tokens.weight");
  }

  /// Three tokens, then one, then the rest, each call with what the last one left.
  @ParameterizedTest
  @MethodSource("transformers")
  void decodingTokenByTokenEqualsTheFullPass(CausalTransformer net) throws Exception {
    var weights = weights(net.languageModel());
    TextExport.writeLanguageModel(file, net, weights);
    var whole = run(net.languageModel(), weights, IDS, 1);
    try (var model = new Model(net)) {
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
    TextExport.writeLanguageModel(file, net, weights);
    var longer = run(net.languageModel(), weights, new long[] {3, 1, 4, 1, 5}, 1);
    var shorter = run(net.languageModel(), weights, new long[] {9, 2, 6}, 1);
    int v = net.vocabulary();
    try (var model = new Model(net)) {
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
    TextExport.writeEncoder(file, encoder, weights);
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
    TextExport.writeLanguageModel(file, net, weights(net.languageModel()));
    var encoder = folder.resolve("encoder.onnx");
    TextExport.writeEncoder(
        encoder, encoders().getFirst(), weights(encoders().getFirst().hidden()));
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

  @Test
  void theSameWeightsGiveTheSameBytes() throws Exception {
    var net = transformers().getFirst();
    TextExport.writeLanguageModel(file, net, weights(net.languageModel()));
    TextExport.writeLanguageModel(folder.resolve("again.onnx"), net, weights(net.languageModel()));
    assertThat(folder.resolve("again.onnx")).hasSameBinaryContentAs(file);
  }

  /// The exported model and what it has seen so far.
  private final class Model implements AutoCloseable {
    private final CausalTransformer net;
    private final OrtSession session;
    private final Map<String, float[]> past = new HashMap<>();
    private int seen;

    Model(CausalTransformer net) throws OrtException {
      this.net = net;
      this.session = OrtEnvironment.getEnvironment().createSession(file.toString());
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
