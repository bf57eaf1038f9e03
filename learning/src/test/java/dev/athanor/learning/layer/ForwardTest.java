package dev.athanor.learning.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardTest {

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /// Convolution, batch normalisation, ReLU, shortcut, both poolings and a linear layer, against
  /// loops in double.
  @Test
  void agreesWithNaiveLoops() {
    var net = new Wiring(2);
    var x = net.maxPool(net.relu(net.conv("conv1", net.input(), 3, 3, 2)), 3, 2);
    x = net.sum(net.norm("bn", net.conv("conv2", x, 3, 3, 1)), x);
    var network = net.finish(net.linear("fc", net.globalAveragePool(x), 4, true));
    var tensors = new TreeMap<>(Initialiser.tensors(network.parameters(), 1));
    tensors.put("bn.running_mean", Tensor.floats(List.of(3L), 0.1f, -0.2f, 0.3f));
    tensors.put("bn.running_var", Tensor.floats(List.of(3L), 0.5f, 1.5f, 2.5f));
    tensors.put("bn.weight", Tensor.floats(List.of(3L), 1.1f, 0.9f, -0.7f));
    tensors.put("bn.bias", Tensor.floats(List.of(3L), 0.2f, 0.0f, -0.4f));
    tensors.put("fc.bias", Tensor.floats(List.of(4L), 1, 2, 3, 4));

    var image = random(2 * 9 * 9);
    var input = manager.create(image, new Shape(1, 2, 9, 9));
    var output = forward(network, tensors).run(input, false).toFloatArray();

    var y = NaiveImage.of(image, 2, 9, 9);
    y = y.convolve(Tensor.named("conv1.weight", tensors), 3, 2).relu().maxPool(3, 2);
    y =
        y.convolve(Tensor.named("conv2.weight", tensors), 3, 1)
            .normalise(
                Tensor.named("bn.running_mean", tensors),
                Tensor.named("bn.running_var", tensors),
                Tensor.named("bn.weight", tensors),
                Tensor.named("bn.bias", tensors))
            .plus(y);
    var expected =
        y.averageAndMap(Tensor.named("fc.weight", tensors), Tensor.named("fc.bias", tensors));
    for (var i = 0; i < 4; i++) {
      assertThat((double) output[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void trainingMovesTheRunningStatisticsAndEvaluationDoesNot() {
    var net = new Wiring(1);
    var network = net.finish(net.norm("bn", net.input()));
    var weights =
        new Weights(network.parameters(), Initialiser.tensors(network.parameters(), 1), manager);
    var forward = new Forward(network, weights);
    var input = manager.create(new float[] {1, 2, 3, 6}, new Shape(4, 1));

    var evaluated = forward.run(input, false).toFloatArray();
    assertThat(evaluated[3]).isCloseTo(6, within(1e-4f));
    assertThat(value(weights, "bn.running_mean")).isZero();

    var trained = forward.run(input, true).toFloatArray();
    var mean = 3.0;
    var biased = (4 + 1 + 0 + 9) / 4.0;
    var unbiased = (4 + 1 + 0 + 9) / 3.0;
    assertThat((double) trained[3]).isCloseTo((6 - mean) / Math.sqrt(biased + 1e-5), within(1e-5));
    assertThat(value(weights, "bn.running_mean")).isCloseTo(0.1 * mean, within(1e-6));
    assertThat(value(weights, "bn.running_var")).isCloseTo(0.9 + 0.1 * unbiased, within(1e-6));
  }

  @Test
  void leavesNothingBehindButItsOutput() {
    var net = new Wiring(1);
    var x = net.relu(net.conv("conv", net.input(), 2, 3, 1));
    var network = net.finish(net.globalAveragePool(net.sum(net.norm("bn", x), x)));
    var forward = forward(network, Initialiser.tensors(network.parameters(), 1));
    try (var scratch = manager.newSubManager()) {
      var input = scratch.ones(new Shape(1, 1, 4, 4));
      var output = forward.run(input, false);
      assertThat(scratch.getManagedArrays()).containsExactlyInAnyOrder(input, output);
    }
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    var net = new Wiring(4);
    var network = net.finish(net.linear("fc", net.input(), 3, false));
    assertThatThrownBy(() -> forward(network, Map.of())).hasMessage("tensor fc.weight: missing");
    assertThatThrownBy(
            () -> forward(network, Map.of("fc.weight", Tensor.floats(List.of(1L, 4L), 1, 2, 3, 4))))
        .hasMessage("tensor fc.weight: shape [1, 4] (expected: [3, 4])");
    var more = new TreeMap<>(Initialiser.tensors(network.parameters(), 1));
    more.put("fc.bias", Tensor.floats(List.of(1L), 1));
    assertThatThrownBy(() -> forward(network, more))
        .hasMessage("tensor fc.bias: unknown (expected: one of [fc.weight])");
  }

  private Forward forward(Network network, Map<String, Tensor> tensors) {
    return new Forward(network, new Weights(network.parameters(), tensors, manager));
  }

  private static double value(Weights weights, String name) {
    return weights.get(name).getFloat(0);
  }

  private static float[] random(int count) {
    var random = new Random(4);
    var values = new float[count];
    for (var i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
