package dev.athanor.learning.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Scalars;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.layer.Wiring;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each optimiser moves a linear layer with weight and bias for ten steps, beside a loop in
/// `double` that is written from the paper. The loss is Σ c w + Σ w² / 2, so the gradient is c + w.
class OptimiserTest {

  private static final int STEPS = 10;
  private static final double CHANGE = 0.7;

  private final NDManager manager = Torch.newManager();
  private final Network network = linear();
  private final Weights weights =
      new Weights(network.parameters(), Initialiser.tensors(network.parameters(), 5), manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void adamWMovesAsInThePaper() {
    var adamW = new AdamW(0.1, 0.3);
    for (var name : List.of("fc.weight", "fc.bias")) {
      var w = values(name);
      var decay = name.equals("fc.weight") ? 0.3 : 0;
      var m = new double[w.length];
      var v = new double[w.length];
      for (var t = 1; t <= STEPS; t++) {
        var rate = 0.1 * factor(t);
        for (var i = 0; i < w.length; i++) {
          var g = CHANGE + w[i];
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          var mean = m[i] / (1 - Math.pow(0.9, t));
          var variance = v[i] / (1 - Math.pow(0.999, t));
          w[i] -= rate * (mean / (Math.sqrt(variance) + 1e-8) + decay * w[i]);
        }
      }
      assertMoved(adamW, name, w);
    }
  }

  @Test
  void sgdMovesWithMomentumAndDecay() {
    var sgd = new Sgd(0.1, 0.9, 0.3);
    for (var name : List.of("fc.weight", "fc.bias")) {
      var w = values(name);
      var decay = name.equals("fc.weight") ? 0.3 : 0;
      var velocity = new double[w.length];
      for (var t = 1; t <= STEPS; t++) {
        for (var i = 0; i < w.length; i++) {
          var g = CHANGE + w[i] + decay * w[i];
          velocity[i] = 0.9 * velocity[i] + 0.1 * factor(t) * g;
          w[i] -= velocity[i];
        }
      }
      assertMoved(sgd, name, w);
    }
  }

  @Test
  void sgdWithoutMomentumKeepsNothing() {
    var sgd = new Sgd(0.1, 0, 0);
    assertThat(sgd.slots()).isEmpty();
    var w = values("fc.weight");
    for (var t = 1; t <= STEPS; t++) {
      for (var i = 0; i < w.length; i++) {
        w[i] -= 0.1 * factor(t) * (CHANGE + w[i]);
      }
    }
    assertMoved(sgd, "fc.weight", w);
  }

  @Test
  void larsScalesEachWeightByItsNormAndLeavesTheBiasAlone() {
    var lars = new Lars(1, 0.9, 0.3, 0.05);
    for (var name : List.of("fc.weight", "fc.bias")) {
      var w = values(name);
      var adapts = name.equals("fc.weight");
      var velocity = new double[w.length];
      for (var t = 1; t <= STEPS; t++) {
        var weight = Math.sqrt(Arrays.stream(w).map(x -> x * x).sum());
        var gradient = Math.sqrt(Arrays.stream(w).map(x -> Math.pow(CHANGE + x, 2)).sum());
        var trust = adapts ? 0.05 * weight / (gradient + 0.3 * weight) : 1;
        for (var i = 0; i < w.length; i++) {
          var g = CHANGE + w[i] + (adapts ? 0.3 : 0) * w[i];
          velocity[i] = 0.9 * velocity[i] + factor(t) * trust * g;
          w[i] -= velocity[i];
        }
      }
      assertMoved(lars, name, w);
    }
  }

  @Test
  void clippingScalesAllGradientsByOneFactor() {
    var gradients = 0.0;
    for (var name : List.of("fc.weight", "fc.bias")) {
      for (var w : values(name)) {
        gradients += Math.pow(CHANGE + w, 2);
      }
    }
    var clip = 0.25;
    var scale = clip / Math.sqrt(gradients);
    var state = new OptimiserState(new Sgd(1, 0, 0), weights, manager);
    var expectedWeight = moved(values("fc.weight"), scale);
    var expectedBias = moved(values("fc.bias"), scale);
    step(state, 1, clip);
    assertClose(values("fc.weight"), expectedWeight);
    assertClose(values("fc.bias"), expectedBias);
  }

  @Test
  void clippingLeavesShortGradientsAlone() {
    var state = new OptimiserState(new Sgd(1, 0, 0), weights, manager);
    var expected = moved(values("fc.weight"), 1);
    step(state, 1, 1e6);
    assertClose(values("fc.weight"), expected);
  }

  @Test
  void stateGoesThroughItsTensorsBitByBit() {
    var state = new OptimiserState(new AdamW(0.1, 0), weights, manager);
    step(state, 0.1, 1e6);
    step(state, 0.1, 1e6);
    var tensors = state.tensors();
    assertThat(tensors.keySet())
        .containsExactly(
            "fc.bias.mean",
            "fc.bias.step",
            "fc.bias.variance",
            "fc.weight.mean",
            "fc.weight.step",
            "fc.weight.variance");
    assertThat(Tensor.named("fc.bias.step", tensors).longs()).containsExactly(2);
    var again = new OptimiserState(new AdamW(0.1, 0), weights, tensors, manager);
    assertThat(again.tensors()).isEqualTo(tensors);
  }

  @Test
  void refusesTheStateOfAnotherOptimiser() {
    var tensors = new OptimiserState(new Sgd(0.1, 0.9, 0), weights, manager).tensors();
    assertThatThrownBy(() -> new OptimiserState(new AdamW(0.1, 0), weights, tensors, manager))
        .hasMessage("tensor fc.weight.mean: missing");
  }

  @Test
  void namesTheNumberThatIsOutOfBounds() {
    assertThatThrownBy(() -> new AdamW(0, 0)).hasMessage("learningRate: 0.0 (expected: > 0)");
    assertThatThrownBy(() -> new Sgd(1, 1, 0)).hasMessage("momentum: 1.0 (expected: >= 0 and < 1)");
    assertThatThrownBy(() -> new Lars(1, 0, -0.1)).hasMessage("weightDecay: -0.1 (expected: >= 0)");
  }

  private void assertMoved(Optimiser optimiser, String name, double[] expected) {
    try (var fresh = Torch.newManager()) {
      var own =
          new Weights(network.parameters(), Initialiser.tensors(network.parameters(), 5), fresh);
      var state = new OptimiserState(optimiser, own, fresh);
      for (var t = 1; t <= STEPS; t++) {
        step(own, state, optimiser.learningRate() * factor(t), null);
      }
      assertClose(values(own, name), expected);
    }
  }

  private void step(OptimiserState state, double rate, double clip) {
    step(weights, state, rate, clip);
  }

  private static void step(
      Weights weights, OptimiserState state, double rate, @Nullable Double clip) {
    Torch.withoutGradient(
        () -> {
          try (var scratch = Torch.newManager()) {
            var w = weights.get("fc.weight");
            var b = weights.get("fc.bias");
            w.tempAttach(scratch);
            b.tempAttach(scratch);
            Torch.differentiate(
                () ->
                    Scalars.times(w, CHANGE)
                        .add(Scalars.times(w.square(), 0.5))
                        .sum()
                        .add(Scalars.times(b, CHANGE).add(Scalars.times(b.square(), 0.5)).sum()));
            state.step(rate, clip, scratch);
            return true;
          }
        });
  }

  /// A rate that changes from step to step, as a schedule makes it.
  private static double factor(int step) {
    return 1.0 / step;
  }

  private static double[] moved(double[] w, double scale) {
    return Arrays.stream(w).map(x -> x - scale * (CHANGE + x)).toArray();
  }

  private double[] values(String name) {
    return values(weights, name);
  }

  private static double[] values(Weights weights, String name) {
    var floats = weights.get(name).toFloatArray();
    var values = new double[floats.length];
    for (var i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  private static void assertClose(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (var i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  private static Network linear() {
    var net = new Wiring(4);
    return net.finish(net.linear("fc", net.input(), 3, true));
  }
}
