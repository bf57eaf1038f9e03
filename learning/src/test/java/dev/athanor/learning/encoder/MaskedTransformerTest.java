package dev.athanor.learning.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskedTransformerTest {

  private static final MaskedTransformer NET = new MaskedTransformer(2, 12, 3, 20, 11, 9);

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /// Two sequences in one batch, the second shorter: each is what it would be alone.
  @Test
  void agreesWithNaiveLoopsAndPaddingDoesNotMatter() {
    var tensors = CausalTransformerTest.perturbed(NET.hidden());
    var naive = new NaiveTransformer(tensors);
    var longer = naive.masked(NET, new int[] {3, 1, 4, 1, 5, 9});
    var shorter = naive.masked(NET, new int[] {2, 6, 5});
    var ids = new long[] {3, 1, 4, 1, 5, 9, 2, 6, 5, -1, -1, -1};

    var states = run(NET.hidden(), tensors, ids, 2, 6);
    for (var i = 0; i < NET.width(); i++) {
      for (var t = 0; t < 6; t++) {
        assertThat((double) states[t * 12 + i]).isCloseTo(longer[t][i], within(2e-5));
      }
      for (var t = 0; t < 3; t++) {
        assertThat((double) states[(6 + t) * 12 + i]).isCloseTo(shorter[t][i], within(2e-5));
      }
    }
    var embeddings = run(NET.embedding(), tensors, ids, 2, 6);
    for (var i = 0; i < NET.width(); i++) {
      assertThat((double) embeddings[i]).isCloseTo(NaiveTransformer.mean(longer)[i], within(2e-5));
      assertThat((double) embeddings[12 + i])
          .isCloseTo(NaiveTransformer.mean(shorter)[i], within(2e-5));
    }
  }

  @Test
  void looksBothWays() {
    var tensors = CausalTransformerTest.perturbed(NET.hidden());
    var first = run(NET.hidden(), tensors, new long[] {1, 2, 3}, 1, 3);
    var last = run(NET.hidden(), tensors, new long[] {1, 2, 4}, 1, 3);
    assertThat(last[0]).isNotEqualTo(first[0]);
  }

  /// A sequence of nothing but padding is zeros and no NaN.
  @Test
  void survivesAnEmptySequence() {
    var tensors = CausalTransformerTest.perturbed(NET.hidden());
    assertThat(run(NET.embedding(), tensors, new long[] {-1, -1}, 1, 2)).containsOnly(0);
  }

  @Test
  void refusesMoreTokensThanItHasPositions() {
    var tensors = CausalTransformerTest.perturbed(NET.hidden());
    assertThatThrownBy(() -> run(NET.hidden(), tensors, new long[10], 1, 10))
        .hasMessage("tokens: 10 a sequence (expected: <= 9)");
  }

  private float[] run(
      Network network, SortedMap<String, Tensor> tensors, long[] ids, int rows, int length) {
    var weights = new Weights(network.parameters(), tensors, manager);
    return new Forward(network, weights)
        .run(manager.create(ids, new Shape(rows, length)), false)
        .toFloatArray();
  }
}
