package dev.athanor.learning.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.batch.Tokens;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.NaiveTransformer;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalLanguageModelTest {

  private static final CausalLanguageModel OBJECTIVE = new CausalLanguageModel();

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheLogarithmOfTheVocabularyWhenAllScoresAreEqual() {
    assertThat(loss(new float[3][7], new long[][] {{1, 2, 3, 4}}))
        .isCloseTo(Math.log(7), within(1e-6));
  }

  /// Scores a for the right token and 0 for the other V - 1: log(1 + (V - 1) e^-a).
  @Test
  void hasItsClosedFormWhereEveryNextTokenHasTheSameLead() {
    var logits = new float[4][5];
    long[][] ids = {{0, 3, 2}, {4, 4, 1}};
    int[] next = {3, 2, 4, 1};
    for (var row = 0; row < 4; row++) {
      logits[row][next[row]] = 2;
    }
    assertThat(loss(logits, ids)).isCloseTo(Math.log(1 + 4 * Math.exp(-2)), within(1e-6));
  }

  @Test
  void agreesWithANaiveLoopAndLeavesPaddingOut() {
    var logits = random(6, 5);
    long[][] ids = {{0, 3, 2, 1}, {4, 2, -1, -1}};
    var naive =
        -(logProbability(logits[0], 3)
                + logProbability(logits[1], 2)
                + logProbability(logits[2], 1)
                + logProbability(logits[3], 2))
            / 4;
    assertThat(loss(logits, ids)).isCloseTo(naive, within(1e-6));
  }

  /// Through the whole network, every weight: rotary positions, shared keys, norms, SwiGLU and the
  /// tied table together, against differences of loops in double.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gradientsAgreeWithFiniteDifferences(boolean tied) {
    var net = new CausalTransformer(2, 8, 2, 1, 6, 5, 8, 100, 1e-5, tied);
    int[][] ids = {{0, 3, 2, 1}, {4, 2, 2, 0}};
    var parameters = new ArrayList<>(net.parameters());
    parameters.addAll(OBJECTIVE.parameters(net));
    var tensors = Initialiser.tensors(parameters, 3);
    tensors.replaceAll(
        (name, tensor) ->
            name.contains("embed_tokens")
                ? Tensor.floats(tensor.shape(), scaled(tensor.floats(), 30))
                : tensor);
    var weights = new Weights(parameters, tensors, manager);
    var input =
        new Tokens(
            manager.create(new long[] {0, 3, 2, 1, 4, 2, 2, 0}, new Shape(2, 4)), null, null);
    var pass = new Pass(net, input, weights, null, true, 0, 0, manager);
    var loss = Torch.differentiate(() -> OBJECTIVE.loss(pass)).getFloat();

    var naive = new NaiveTransformer(tensors);
    assertThat((double) loss).isCloseTo(naive.causalLoss(net, ids), within(1e-5));
    var step = 1e-5;
    for (var parameter : parameters) {
      var gradient = Updates.gradient(weights.get(parameter.name()), manager).toFloatArray();
      var values = naive.weight(parameter.name());
      for (var i = 0; i < values.length; i++) {
        var value = values[i];
        values[i] = value + step;
        var above = naive.causalLoss(net, ids);
        values[i] = value - step;
        var below = naive.causalLoss(net, ids);
        values[i] = value;
        assertThat((double) gradient[i])
            .as("%s[%d]", parameter.name(), i)
            .isCloseTo((above - below) / (2 * step), within(2e-5));
      }
    }
  }

  @Test
  void refusesWhatItCannotPredict() {
    assertThatThrownBy(() -> OBJECTIVE.check(new TokenBatch(1, 2, 1, new int[2], null, null)))
        .hasMessage("length: 1 (expected: >= 2, a token and the next)");
    var images = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    assertThatThrownBy(() -> OBJECTIVE.parameters(images))
        .hasMessage(
            "encoder: ResNet[depth=10, width=4, stem=CIFAR, channels=1] (expected: a causal transformer)");
  }

  private double loss(float[][] logits, long[][] ids) {
    var flat = new long[ids.length * ids[0].length];
    for (var n = 0; n < ids.length; n++) {
      System.arraycopy(ids[n], 0, flat, n * ids[0].length, ids[0].length);
    }
    return OBJECTIVE
        .loss(manager.create(logits), manager.create(flat, new Shape(ids.length, ids[0].length)))
        .getFloat();
  }

  static double logProbability(float[] scores, int which) {
    var sum = 0.0;
    for (var score : scores) {
      sum += Math.exp(score);
    }
    return scores[which] - Math.log(sum);
  }

  static float[][] random(int rows, int columns) {
    var random = new Random(8);
    var values = new float[rows][columns];
    for (var row : values) {
      for (var i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  static float[] scaled(float[] values, float by) {
    for (var i = 0; i < values.length; i++) {
      values[i] *= by;
    }
    return values;
  }
}
