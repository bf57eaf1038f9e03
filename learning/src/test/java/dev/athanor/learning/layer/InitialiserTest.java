package dev.athanor.learning.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.learning.safetensors.Tensor;
import org.junit.jupiter.api.Test;

class InitialiserTest {

  @Test
  void isAFunctionOfSeedAndName() {
    var network = network();
    assertThat(Initialiser.tensors(network.parameters(), 1))
        .isEqualTo(Initialiser.tensors(network.parameters(), 1));
    var one = Initialiser.tensors(network.parameters(), 1).get("conv.weight");
    assertThat(one).isNotEqualTo(Initialiser.tensors(network.parameters(), 2).get("conv.weight"));
    assertThat(one).isNotEqualTo(Initialiser.tensors(network.parameters(), 1).get("conv2.weight"));
  }

  /// Published weights and golden checksums hang on these numbers: they never change.
  @Test
  void drawsTheSameNumbersForEver() {
    var random = new CounterRandom(42, "conv.weight");
    assertThat(random.uniform(0)).isEqualTo(0.5967585607863164);
    assertThat(random.normal(1000)).isEqualTo(-0.23488483828173562);
  }

  @Test
  void weightsHaveTheVarianceOfThePaper() {
    var tensors = Initialiser.tensors(network().parameters(), 3);
    var conv = moments(Tensor.named("conv.weight", tensors));
    assertThat(conv[0]).isCloseTo(0, within(0.005));
    assertThat(conv[1]).isCloseTo(2.0 / (64 * 9), within(1e-4));
    var linear = moments(Tensor.named("fc.weight", tensors));
    assertThat(linear[0]).isCloseTo(0, within(0.005));
    assertThat(linear[1]).isCloseTo(1.0 / 64 / 3, within(2e-4));
  }

  @Test
  void batchNormStartsAsTheIdentityAndBiasesAtZero() {
    var tensors = Initialiser.tensors(network().parameters(), 3);
    assertThat(Tensor.named("bn.weight", tensors).floats()).containsOnly(1);
    assertThat(Tensor.named("bn.running_var", tensors).floats()).containsOnly(1);
    assertThat(Tensor.named("bn.bias", tensors).floats()).containsOnly(0);
    assertThat(Tensor.named("bn.running_mean", tensors).floats()).containsOnly(0);
    assertThat(Tensor.named("fc.bias", tensors).floats()).containsOnly(0);
  }

  private static double[] moments(Tensor tensor) {
    var sum = 0.0;
    var squares = 0.0;
    for (var value : tensor.floats()) {
      sum += value;
      squares += value * value;
    }
    return new double[] {sum / tensor.elements(), squares / tensor.elements()};
  }

  private static Network network() {
    var net = new Wiring(32);
    var x = net.norm("bn", net.conv("conv", net.input(), 64, 3, 1));
    x = net.globalAveragePool(net.conv("conv2", x, 64, 3, 1));
    return net.finish(net.linear("fc", x, 100, true));
  }
}
