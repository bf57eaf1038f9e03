package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;

/// The multi-layer perceptron g that SimCLR and BYOL train on top of h and throw away afterwards,
/// Chen et al. 2020, https://arxiv.org/abs/2002.05709, section 2.1: hidden layers with batch
/// normalisation and ReLU, then a linear map to z. Its parameters are named `head.…`.
///
/// @param layers linear layers; 1 is a linear projection, 2 the paper's default
/// @param hidden width of the hidden layers
/// @param output length of z
public record ProjectionHead(int layers, int hidden, int output) {

  public ProjectionHead {
    if (layers < 1 || layers > 8) {
      throw new IllegalArgumentException("layers: %d (expected: from 1 to 8)".formatted(layers));
    }
    if (hidden < 1) {
      throw new IllegalArgumentException("hidden: %d (expected: > 0)".formatted(hidden));
    }
    if (output < 1) {
      throw new IllegalArgumentException("output: %d (expected: > 0)".formatted(output));
    }
  }

  /// The head for representations of length `dimensions`.
  public Network network(int dimensions) {
    return network("head", dimensions);
  }

  /// The same layers under another name, as BYOL's predictor is.
  public Network network(String name, int dimensions) {
    var net = new Wiring(dimensions);
    var x = net.input();
    for (var i = 0; i < layers - 1; i++) {
      var linear = net.linear("%s.%d.linear".formatted(name, i), x, hidden, false);
      x = net.relu(net.norm("%s.%d.norm".formatted(name, i), linear));
    }
    return net.finish(net.linear("%s.%d.linear".formatted(name, layers - 1), x, output, true));
  }
}
