package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;

/// An encoder with the linear map to the mean μ of a latent Gaussian on top: what a variational
/// auto-encoder publishes. Its own parameters are `mean.weight` and `mean.bias`.
///
/// @param trunk from the image to what the map reads
/// @param dimensions of μ
public record LatentMean(ImageEncoder trunk, int dimensions) implements ImageEncoder {

  @Override
  public int channels() {
    return trunk.channels();
  }

  @Override
  public Network network() {
    var net = Wiring.after(trunk.network());
    return net.finish(net.linear("mean", net.last(trunk.dimensions()), dimensions, true));
  }
}
