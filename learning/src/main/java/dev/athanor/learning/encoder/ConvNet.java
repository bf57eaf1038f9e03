package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;

/// Plain convolutions, each of which halves the image and doubles the channels, until it is at most
/// 7×7; what is left there is the representation, positions included. That is what a variational
/// auto-encoder wants, where a [ResNet]'s mean over the positions has thrown them away.
///
/// @param width channels of the first convolution
/// @param channels of the input: 1 (grey) or 3 (RGB)
/// @param size height and width of the input: 28, 32, 64 or another that halves to at most 7
public record ConvNet(int width, int channels, int size) implements ImageEncoder {

  public ConvNet {
    if (width < 1 || width > 256) {
      throw new IllegalArgumentException("width: %d (expected: from 1 to 256)".formatted(width));
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: %d (expected: 1 or 3)".formatted(channels));
    }
    Halving.check(size);
  }

  @Override
  public Network network() {
    var net = new Wiring(channels);
    var x = net.input();
    for (var stage = 0; stage < Halving.times(size); stage++) {
      var convolved = net.conv("stage%d.conv".formatted(stage), x, width << stage, 3, 2);
      x = net.relu(net.norm("stage%d.norm".formatted(stage), convolved));
    }
    return net.finish(net.flatten(x, Halving.smallest(size)));
  }
}
