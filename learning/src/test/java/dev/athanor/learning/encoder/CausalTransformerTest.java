package dev.athanor.learning.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CausalTransformerTest {

  private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6};

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"4, 4, true", "4, 2, false", "4, 1, true"})
  void agreesWithNaiveLoops(int heads, int keyValueHeads, boolean tied) {
    var net = net(heads, keyValueHeads, tied);
    var tensors = perturbed(net.languageModel());
    var expected = new NaiveTransformer(tensors).scores(net, IDS);
    var found = run(net.languageModel(), tensors, IDS);
    for (var t = 0; t < IDS.length; t++) {
      for (var v = 0; v < net.vocabulary(); v++) {
        assertThat((double) found[t * net.vocabulary() + v])
            .isCloseTo(expected[t][v], within(2e-5));
      }
    }
  }

  @Test
  void theEmbeddingIsTheMeanOfTheHiddenStatesWithoutPadding() {
    var net = net(4, 2, true);
    var tensors = perturbed(net.hidden());
    var expected = NaiveTransformer.mean(new NaiveTransformer(tensors).causal(net, IDS));
    var padded = Arrays.copyOf(IDS, 11);
    Arrays.fill(padded, IDS.length, 11, -1);
    for (var ids : new int[][] {IDS, padded}) {
      var found = run(net.embedding(), tensors, ids);
      for (var i = 0; i < net.width(); i++) {
        assertThat((double) found[i]).isCloseTo(expected[i], within(2e-5));
      }
    }
  }

  @Test
  void aTokenChangesNothingBeforeIt() {
    var net = net(4, 2, true);
    var tensors = perturbed(net.hidden());
    var before = run(net.hidden(), tensors, IDS);
    var changed = IDS.clone();
    changed[5] = 0;
    var after = run(net.hidden(), tensors, changed);
    for (var i = 0; i < IDS.length * net.width(); i++) {
      if (i < 5 * net.width()) {
        assertThat(after[i]).isEqualTo(before[i]);
      }
    }
    assertThat(after[5 * net.width()]).isNotEqualTo(before[5 * net.width()]);
  }

  /// Where all tokens are alike, so are the values that attention mixes, however it weighs them:
  /// positions get into the weights and nowhere else.
  @Test
  void aSequenceOfOneTokenIsTheSameEverywhere() {
    var net = new CausalTransformer(1, 16, 4, 2, 24, 11, 16, 10_000, 1e-5, true);
    var found = run(net.hidden(), perturbed(net.hidden()), new int[] {7, 7, 7, 7});
    for (var t = 1; t < 4; t++) {
      for (var i = 0; i < net.width(); i++) {
        assertThat(found[t * net.width() + i]).isCloseTo(found[i], within(1e-5f));
      }
    }
  }

  @Test
  void namesItsParametersAsLlama() {
    assertThat(net(4, 2, false).languageModel().parameters().stream().map(Parameter::name))
        .contains(
            "model.embed_tokens.weight",
            "model.layers.1.input_layernorm.weight",
            "model.layers.1.self_attn.k_proj.weight",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.norm.weight",
            "lm_head.weight");
    assertThat(net(4, 2, true).languageModel().parameters().stream().map(Parameter::name))
        .doesNotContain("lm_head.weight");
  }

  @ParameterizedTest
  @EnumSource
  void presetsAreAsLargeAsTheirNames(CausalPreset preset) {
    var millions = Double.parseDouble(preset.title().replaceAll("clm-|m", ""));
    var parameters =
        preset.transformer(259).languageModel().parameters().stream()
            .mapToLong(Parameter::elements)
            .sum();
    assertThat(parameters / 1e6).isBetween(Math.max(0.5, 0.85 * millions), 1.2 * millions);
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> new CausalTransformer(1, 16, 3, 1, 8, 8, 8, 1e4, 1e-5, true))
        .hasMessage("heads: 3 (expected: a divisor of width, which is 16)");
    assertThatThrownBy(() -> new CausalTransformer(1, 16, 4, 3, 8, 8, 8, 1e4, 1e-5, true))
        .hasMessage("keyValueHeads: 3 (expected: a divisor of heads, which is 4)");
    assertThatThrownBy(() -> new CausalTransformer(1, 12, 4, 4, 8, 8, 8, 1e4, 1e-5, true))
        .hasMessageStartingWith("heads: 4, each 3 wide (expected: an even width");
    assertThatThrownBy(() -> new CausalTransformer(0, 16, 4, 4, 8, 8, 8, 1e4, 1e-5, true))
        .hasMessage("layers: 0 (expected: from 1 to 1000)");
  }

  private static CausalTransformer net(int heads, int keyValueHeads, boolean tied) {
    return new CausalTransformer(2, 16, heads, keyValueHeads, 24, 11, 16, 10_000, 1e-5, tied);
  }

  private float[] run(Network network, SortedMap<String, Tensor> tensors, int[] ids) {
    var used = new TreeMap<>(tensors);
    used.keySet().retainAll(network.parameters().stream().map(Parameter::name).toList());
    var weights = new Weights(network.parameters(), used, manager);
    var longs = Arrays.stream(ids).asLongStream().toArray();
    return new Forward(network, weights)
        .run(manager.create(longs, new Shape(1, ids.length)), false)
        .toFloatArray();
  }

  /// Weights of a size at which every part matters, norms included.
  static SortedMap<String, Tensor> perturbed(Network network) {
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
