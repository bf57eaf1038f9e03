package dev.athanor.endtoend;

import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.Map;

/// What the trainer itself computes of a text.
final class TrainersForward {
  private TrainersForward() {}

  static float[] of(Network network, Map<String, Tensor> weights, long[] ids) {
    try (var manager = Torch.newManager()) {
      var held = Weights.withoutGradient(network.parameters(), weights, manager);
      var x = Tensors.copyOf(Tensor.longs(List.of(1L, (long) ids.length), ids), manager);
      return new Forward(network, held).run(x, false).toFloatArray();
    }
  }
}
