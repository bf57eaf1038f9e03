package dev.athanor.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.NaiveTransformer;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextScorerTest {

  private static final CausalTransformer NET =
      new CausalTransformer(1, 8, 2, 1, 12, 7, 6, 10_000, 1e-5, true);

  /// Every token in the first window that reaches it, one window at a time, in double. Lengths
  /// around the windows' ends, and around those of the 64 that are computed together, where an
  /// off-by-one would score a token twice or never.
  @ParameterizedTest
  @CsvSource({
    "2, 6", "6, 6", "7, 6", "8, 6", "13, 6", "14, 6", "40, 6", "40, 3", "40, 4", "41, 1", "5, 2",
    "70, 1", "71, 1", "196, 3", "386, 6"
  })
  void agreesWithANaiveLoop(int length, int stride) {
    var weights = weights();
    var ids = new Random(length).ints(length, 0, NET.vocabulary()).toArray();
    var naive = new NaiveTransformer(weights);
    var nats = 0.0;
    for (var target = 1; target < length; target++) {
      var start = 0;
      while (start + NET.context() < target) {
        start += stride;
      }
      var read = Arrays.copyOfRange(ids, start, target + 1);
      nats += naive.causalLoss(NET, new int[][] {read}) * (read.length - 1);
      if (read.length > 2) {
        var without = Arrays.copyOf(read, read.length - 1);
        nats -= naive.causalLoss(NET, new int[][] {without}) * (without.length - 1);
      }
    }
    var found = score(NET, weights, ids, 100, stride);
    assertThat(found.nats()).isCloseTo(nats, within(1e-4 + 1e-6 * nats));
    assertThat(found.tokens()).isEqualTo(length - 1);
  }

  /// All scores equal: log₂ V bits a token, whatever the text.
  @Test
  void isTheTokensEntropyWhereNothingIsKnown() {
    var weights = weights();
    weights.put("model.norm.weight", Tensor.floats(List.of(8L), new float[8]));
    var found = score(NET, weights, new int[21], 40, 6);
    assertThat(found.bitsPerByte()).isCloseTo(20 * Math.log(7) / Math.log(2) / 40, within(1e-6));
    assertThat(found.perplexity()).isCloseTo(7, within(1e-5));
  }

  @Test
  void refusesWhatCannotBeScored() {
    assertThatThrownBy(() -> score(NET, weights(), new int[1], 1, 6))
        .hasMessage("ids: 1 (expected: >= 2)");
    assertThatThrownBy(() -> score(NET, weights(), new int[5], 1, 7))
        .hasMessage("stride: 7 (expected: from 1 to 6)");
    assertThatThrownBy(() -> score(NET, weights(), new int[] {0, 7}, 1, 6))
        .hasMessage("ids: 7 (expected: from 0 to 6)");
    assertThatThrownBy(() -> score(NET, weights(), new int[5], 0, 6))
        .hasMessage("bytes: 0 (expected: > 0)");
  }

  /// A cancelled run is not to be predicted to its end.
  @Test
  void asksBeforeEachForwardPassWhetherToGoOn() {
    var asked = new int[1];
    Runnable guard =
        () -> {
          if (++asked[0] == 3) {
            throw new IllegalStateException("enough");
          }
        };
    try (var scorer = new TextScorer(NET, weights(), 6, guard)) {
      var group = 64 * 6; // targets of the windows that are computed together
      for (var token = 0; token < 3 * group; token++) {
        scorer.read(token % 7);
      }
      assertThat(asked[0]).isEqualTo(2);
      assertThatThrownBy(() -> scorer.read(0)).hasMessage("enough");
    }
  }

  private static HeldOutText score(
      CausalTransformer net, Map<String, Tensor> weights, int[] ids, long bytes, int stride) {
    try (var scorer = new TextScorer(net, weights, stride, () -> {})) {
      for (var id : ids) {
        scorer.read(id);
      }
      return scorer.finish(bytes);
    }
  }

  private static Map<String, Tensor> weights() {
    var tensors = Initialiser.tensors(NET.languageModel().parameters(), 1);
    tensors.replaceAll(
        (_, tensor) -> {
          var values = tensor.floats();
          for (var i = 0; i < values.length; i++) {
            values[i] *= 5;
          }
          return Tensor.floats(tensor.shape(), values);
        });
    return tensors;
  }
}
