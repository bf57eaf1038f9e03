package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;
import dev.athanor.learning.layer.Wiring.Value;

/// A residual network, He et al. 2015, https://arxiv.org/abs/1512.03385, table 1, without its
/// classifier: an image `(N, channels, H, W)` becomes its representation h `(N, dimensions)`.
///
/// Depth 10 and 18 and 34 stack blocks of two 3×3 convolutions, depth 50 bottlenecks with the
/// stride in the 3×3 convolution. Parameters are named as torchvision names them, so that a
/// width-64 encoder with the ImageNet stem loads into torchvision's `resnet18`, `resnet34` or
/// `resnet50` as it is.
///
/// @param depth 10, 18, 34 or 50
/// @param width channels of the first stage, 64 in the paper; each next stage doubles them
/// @param stem what the first layers do to the image's size
/// @param channels of the input: 1 (grey) or 3 (RGB)
public record ResNet(int depth, int width, Stem stem, int channels) implements ImageEncoder {

  /// How a network begins.
  public enum Stem {
    /// One 3×3 convolution that keeps the size, for images of some 32×32 (Chen et al. 2020,
    /// appendix B.9).
    CIFAR,
    /// A 7×7 convolution and a 3×3 maximum, each halving the size, for images of some 224×224.
    IMAGENET
  }

  public ResNet {
    if (depth != 10 && depth != 18 && depth != 34 && depth != 50) {
      throw new IllegalArgumentException("depth: %d (expected: 10, 18, 34 or 50)".formatted(depth));
    }
    if (width < 1 || width > 512) {
      throw new IllegalArgumentException("width: %d (expected: from 1 to 512)".formatted(width));
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: %d (expected: 1 or 3)".formatted(channels));
    }
  }

  @Override
  public int dimensions() {
    return 8 * width * expansion();
  }

  @Override
  public Network network() {
    var net = new Wiring(channels);
    var x = stem(net);
    var blocks = blocksPerStage();
    for (var stage = 0; stage < blocks.length; stage++) {
      for (var i = 0; i < blocks[stage]; i++) {
        var name = "layer%d.%d".formatted(stage + 1, i);
        var stride = stage > 0 && i == 0 ? 2 : 1;
        x =
            depth < 50
                ? basic(net, name, x, width << stage, stride)
                : bottleneck(net, name, x, width << stage, stride);
      }
    }
    return net.finish(net.globalAveragePool(x));
  }

  private Value stem(Wiring net) {
    return switch (stem) {
      case CIFAR -> net.relu(net.norm("bn1", net.conv("conv1", net.input(), width, 3, 1)));
      case IMAGENET ->
          net.maxPool(net.relu(net.norm("bn1", net.conv("conv1", net.input(), width, 7, 2))), 3, 2);
    };
  }

  private static Value basic(Wiring net, String name, Value x, int out, int stride) {
    var y = net.relu(net.norm(name + ".bn1", net.conv(name + ".conv1", x, out, 3, stride)));
    y = net.norm(name + ".bn2", net.conv(name + ".conv2", y, out, 3, 1));
    return net.relu(net.sum(y, shortcut(net, name, x, out, stride)));
  }

  private static Value bottleneck(Wiring net, String name, Value x, int inner, int stride) {
    var out = 4 * inner;
    var y = net.relu(net.norm(name + ".bn1", net.conv(name + ".conv1", x, inner, 1, 1)));
    y = net.relu(net.norm(name + ".bn2", net.conv(name + ".conv2", y, inner, 3, stride)));
    y = net.norm(name + ".bn3", net.conv(name + ".conv3", y, out, 1, 1));
    return net.relu(net.sum(y, shortcut(net, name, x, out, stride)));
  }

  /// The identity where the shapes agree, else a 1×1 projection (option B of the paper).
  private static Value shortcut(Wiring net, String name, Value x, int out, int stride) {
    if (stride == 1 && x.channels() == out) {
      return x;
    }
    return net.norm(name + ".downsample.1", net.conv(name + ".downsample.0", x, out, 1, stride));
  }

  private int expansion() {
    return depth < 50 ? 1 : 4;
  }

  private int[] blocksPerStage() {
    return switch (depth) {
      case 10 -> new int[] {1, 1, 1, 1};
      case 18 -> new int[] {2, 2, 2, 2};
      default -> new int[] {3, 4, 6, 3};
    };
  }
}
