package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.batch.Input;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.layer.CounterRandom;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One pass of a batch through the networks of a run: all that a loss is a function of. It draws no
/// number from anywhere else, so a step that is done again comes out the same.
///
/// @param encoder of the run
/// @param input on the device
/// @param weights of encoder and objective
/// @param target the moving average of some of the weights; null where the objective has none
/// @param training whether batch normalisation uses, and remembers, the batch's own statistics
/// @param seed of the run
/// @param step that the pass belongs to
/// @param scratch owns what the pass makes
public record Pass(
    Encoder encoder,
    Input input,
    Weights weights,
    @Nullable Weights target,
    boolean training,
    long seed,
    long step,
    NDManager scratch) {

  /// The representations h of all views, (views × N, D).
  public NDArray encode() {
    return encoder.represent(input, weights, training);
  }

  /// The output of a network whose weights this pass has.
  public NDArray run(Network network, NDArray x) {
    return new Forward(network, weights).run(x, training);
  }

  /// The same pass through the target. Who uses it records no gradient.
  public Pass throughTarget() {
    var own = Objects.requireNonNull(target, "the objective has no target");
    return new Pass(encoder, input, own, null, training, seed, step, scratch);
  }

  /// Standard normal numbers, a function of the run's seed, the step and `name` alone.
  public NDArray noise(String name, long... shape) {
    var random = new CounterRandom(seed, "noise." + name + "." + step);
    var values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (var i = 0; i < values.length; i++) {
      values[i] = (float) random.normal(i);
    }
    var sizes = Arrays.stream(shape).boxed().toList();
    return Tensors.copyOf(Tensor.floats(sizes, values), scratch);
  }
}
