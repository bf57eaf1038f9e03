package dev.athanor.learning.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.encoder.ResNet.Stem;
import dev.athanor.learning.layer.Layer;
import dev.athanor.learning.layer.Parameter;
import org.junit.jupiter.api.Test;

class ResNetTest {

  /// The counts are torchvision's, less its classifier.
  @Test
  void hasAsManyParametersAsThePapersNetworks() {
    assertThat(learnt(new ResNet(18, 64, Stem.IMAGENET, 3))).isEqualTo(11_689_512 - 513_000);
    assertThat(learnt(new ResNet(34, 64, Stem.IMAGENET, 3))).isEqualTo(21_797_672 - 513_000);
    assertThat(learnt(new ResNet(50, 64, Stem.IMAGENET, 3))).isEqualTo(25_557_032 - 2_049_000);
  }

  @Test
  void namesItsParametersAsTorchvisionDoes() {
    var names =
        new ResNet(18, 64, Stem.IMAGENET, 3)
            .network().parameters().stream().map(Parameter::name).toList();
    assertThat(names)
        .hasSize(100)
        .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean")
        .contains(
            "layer1.0.conv1.weight",
            "layer1.1.bn2.running_var",
            "layer2.0.downsample.0.weight",
            "layer2.0.downsample.1.bias",
            "layer4.1.conv2.weight");
    assertThat(new ResNet(50, 64, Stem.IMAGENET, 3).network().parameters())
        .extracting(Parameter::name)
        .contains("layer1.0.downsample.0.weight", "layer3.5.conv3.weight");
  }

  @Test
  void knowsTheLengthOfItsRepresentation() {
    for (var depth : new int[] {10, 18, 34, 50}) {
      var net = new ResNet(depth, 16, Stem.CIFAR, 1);
      assertThat(net.network().dimensions())
          .isEqualTo(net.dimensions())
          .isEqualTo(depth < 50 ? 128 : 512);
    }
  }

  @Test
  void aBottleneckStridesInItsSquareConvolution() {
    var strided =
        new ResNet(50, 8, Stem.CIFAR, 3)
            .network().layers().stream()
                .filter(Layer.Convolution.class::isInstance)
                .map(Layer.Convolution.class::cast)
                .filter(convolution -> convolution.stride() == 2)
                .toList();
    assertThat(strided)
        .extracting(Layer.Convolution::name)
        .containsExactly(
            "layer2.0.conv2", "layer2.0.downsample.0",
            "layer3.0.conv2", "layer3.0.downsample.0",
            "layer4.0.conv2", "layer4.0.downsample.0");
  }

  @Test
  void refusesWhatIsNoResNet() {
    assertThatThrownBy(() -> new ResNet(12, 16, Stem.CIFAR, 1))
        .hasMessage("depth: 12 (expected: 10, 18, 34 or 50)");
    assertThatThrownBy(() -> new ResNet(10, 0, Stem.CIFAR, 1))
        .hasMessage("width: 0 (expected: from 1 to 512)");
    assertThatThrownBy(() -> new ResNet(10, 16, Stem.CIFAR, 4))
        .hasMessage("channels: 4 (expected: 1 or 3)");
  }

  private static long learnt(ResNet encoder) {
    return encoder.network().parameters().stream()
        .filter(Parameter::trainable)
        .mapToLong(Parameter::elements)
        .sum();
  }
}
