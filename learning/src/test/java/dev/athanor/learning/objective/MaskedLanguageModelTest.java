package dev.athanor.learning.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.athanor.learning.batch.BatchLoader;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.NaiveTransformer;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskedLanguageModelTest {

  private static final MaskedLanguageModel OBJECTIVE = new MaskedLanguageModel();
  private static final int NONE = TokenBatch.NOT_HIDDEN;

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheLogarithmOfTheVocabularyWhenAllScoresAreEqual() {
    var loss =
        OBJECTIVE.loss(manager.create(new float[3][9]), manager.create(new long[] {1, 8, 0}));
    assertThat((double) loss.getFloat()).isCloseTo(Math.log(9), within(1e-6));
  }

  @Test
  void agreesWithANaiveLoop() {
    var logits = CausalLanguageModelTest.random(3, 5);
    var naive =
        -(CausalLanguageModelTest.logProbability(logits[0], 4)
                + CausalLanguageModelTest.logProbability(logits[1], 0)
                + CausalLanguageModelTest.logProbability(logits[2], 2))
            / 3;
    var loss = OBJECTIVE.loss(manager.create(logits), manager.create(new long[] {4, 0, 2}));
    assertThat((double) loss.getFloat()).isCloseTo(naive, within(1e-6));
  }

  /// Through head and network, every weight, with a sequence that is padded: positions that are not
  /// hidden count for nothing, and padding for less.
  @Test
  void gradientsAgreeWithFiniteDifferences() {
    var net = new MaskedTransformer(1, 6, 2, 7, 5, 4);
    int[][] ids = {{0, 3, 2, 1}, {4, 2}};
    int[][] targets = {{NONE, 1, NONE, 0}, {3, NONE}};
    var batch =
        new TokenBatch(
            1,
            2,
            4,
            new int[] {0, 3, 2, 1, 4, 2, -1, -1},
            new int[] {NONE, 1, NONE, 0, 3, NONE, NONE, NONE},
            null);
    var parameters = new ArrayList<>(net.parameters());
    parameters.addAll(OBJECTIVE.parameters(net));
    var tensors = Initialiser.tensors(parameters, 4);
    tensors.replaceAll(
        (name, tensor) ->
            name.startsWith("embeddings.")
                ? Tensor.floats(tensor.shape(), CausalLanguageModelTest.scaled(tensor.floats(), 30))
                : tensor);
    // The norm's 30 times larger scale is as good as any other, and its shift stays 0.
    var weights = new Weights(parameters, tensors, manager);
    var input = new BatchLoader(null, manager).load(batch, manager);
    var pass = new Pass(net, input, weights, null, true, 0, 0, manager);
    var loss = Torch.differentiate(() -> OBJECTIVE.loss(pass)).getFloat();

    var naive = new NaiveTransformer(tensors);
    assertThat((double) loss).isCloseTo(naive.maskedLoss(net, ids, targets), within(2e-5));
    var step = 1e-5;
    for (var parameter : parameters) {
      var gradient = Updates.gradient(weights.get(parameter.name()), manager).toFloatArray();
      var values = naive.weight(parameter.name());
      for (var i = 0; i < values.length; i++) {
        var value = values[i];
        values[i] = value + step;
        var above = naive.maskedLoss(net, ids, targets);
        values[i] = value - step;
        var below = naive.maskedLoss(net, ids, targets);
        values[i] = value;
        var expected = (above - below) / (2 * step);
        assertThat((double) gradient[i])
            .as("%s[%d]", parameter.name(), i)
            .isCloseTo(expected, within(1e-4 + 1e-4 * Math.abs(expected)));
      }
    }
  }

  @Test
  void refusesABatchOfAViewThatHidesNothing() {
    var plain = new TokenBatch(1, 1, 2, new int[2], null, null);
    assertThatThrownBy(() -> OBJECTIVE.check(plain))
        .hasMessage("targets: none (expected: a view that hides tokens)");
  }

  @Test
  void learnsFromABatchWhereChanceHidSomething() {
    var untouched = new TokenBatch(1, 1, 2, new int[2], new int[] {NONE, NONE}, null);
    OBJECTIVE.check(untouched);
    assertThat(OBJECTIVE.learnsFrom(untouched)).isFalse();
    assertThat(OBJECTIVE.learnsFrom(new TokenBatch(1, 1, 2, new int[2], new int[] {NONE, 0}, null)))
        .isTrue();
  }
}
