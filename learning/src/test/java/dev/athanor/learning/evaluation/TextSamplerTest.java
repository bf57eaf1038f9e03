package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextSamplerTest {

  private static final CausalTransformer NET =
      new CausalTransformer(2, 16, 2, 2, 24, 12, 6, 10_000, 1e-5, false);

  private final Map<String, Tensor> weights =
      Initialiser.tensors(NET.languageModel().parameters(), 3);

  /// Almost cold, each token is the likeliest behind those that fit the context.
  @Test
  void almostColdItTakesTheLikeliest() {
    var found = new TextSampler(1e-4, 1).continuations(NET, weights, new int[] {3, 1}, 2, 9);

    var text = new int[] {3, 1};
    for (var t = 0; t < 9; t++) {
      text = Arrays.copyOf(text, text.length + 1);
      text[text.length - 1] = likeliest(Arrays.copyOf(text, text.length - 1));
    }
    var expected = Arrays.copyOfRange(text, 2, text.length);
    assertThat(found).isDeepEqualTo(new int[][] {expected, expected});
  }

  @Test
  void oneSeedGivesOneTextAndDrawsDiffer() {
    var warm = new TextSampler(2, 1).continuations(NET, weights, new int[] {3}, 3, 20);
    var again = new TextSampler(2, 1).continuations(NET, weights, new int[] {3}, 3, 20);
    var other = new TextSampler(2, 2).continuations(NET, weights, new int[] {3}, 3, 20);
    assertThat(warm).isDeepEqualTo(again);
    assertThat(warm[0]).isNotEqualTo(warm[1]).isNotEqualTo(other[0]);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new TextSampler(0, 1))
        .hasMessage("temperature: 0.0 (expected: > 0 and <= 10)");
    assertThatThrownBy(() -> new TextSampler(1, 1).continuations(NET, weights, new int[0], 1, 1))
        .hasMessage("prompt, count, tokens: 0, 1, 1 (expected: >= 1 each)");
  }

  private int likeliest(int[] text) {
    int[] read = Arrays.copyOfRange(text, Math.max(0, text.length - NET.context()), text.length);
    try (var manager = Torch.newManager()) {
      var network = NET.languageModel();
      var held = Weights.withoutGradient(network.parameters(), weights, manager);
      var ids =
          Tensor.longs(
              List.of(1L, (long) read.length), Arrays.stream(read).asLongStream().toArray());
      var scores = new Forward(network, held).run(Tensors.copyOf(ids, manager), false);
      var last = scores.toFloatArray();
      int best = 0;
      int from = (read.length - 1) * NET.vocabulary();
      for (int id = 1; id < NET.vocabulary(); id++) {
        best = last[from + id] > last[from + best] ? id : best;
      }
      return best;
    }
  }
}
