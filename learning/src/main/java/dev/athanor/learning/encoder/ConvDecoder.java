package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;

/// The way back from a latent vector to an image: a linear map to an image of at most 7×7, then
/// stages that double its size and halve its channels, each an upsampling and a convolution (which
/// leaves no checkerboard, as Odena et al. 2016, https://doi.org/10.23915/distill.00003, show). Its
/// parameters are named `decoder.…`.
///
/// @param width channels of the last stage
/// @param channels of the image
/// @param size height and width of the image
public record ConvDecoder(int width, int channels, int size) {

  public ConvDecoder {
    if (width < 1 || width > 256) {
      throw new IllegalArgumentException(
          "decoder width: %d (expected: from 1 to 256)".formatted(width));
    }
    Halving.check(size);
  }

  /// The network from (N, latent) to (N, channels, size, size).
  public Network network(int latent) {
    var net = new Wiring(latent);
    var doublings = Halving.times(size);
    var smallest = Halving.smallest(size);
    var most = width << (doublings - 1);
    var start = net.linear("decoder.linear", net.input(), most * smallest * smallest, true);
    var x = net.relu(net.unflatten(start, smallest));
    for (var stage = 0; stage < doublings; stage++) {
      var convolved =
          net.conv(
              "decoder.stage%d.conv".formatted(stage), net.upsample(x, 2), most >> stage, 3, 1);
      x = net.relu(net.norm("decoder.stage%d.norm".formatted(stage), convolved));
    }
    return net.finish(net.conv("decoder.image", x, channels, 3, 1, true));
  }
}
