package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.layer.CounterRandom;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;

/// Random numbers without state: the engine's own generator is one for the whole process.
public final class Noise {

  private Noise() {}

  /// Standard normal numbers, a function of `seed` and `name` alone, that belong to `manager`.
  public static NDArray standardNormal(long seed, String name, NDManager manager, long... shape) {
    var random = new CounterRandom(seed, "noise." + name);
    var values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (var i = 0; i < values.length; i++) {
      values[i] = (float) random.normal(i);
    }
    var sizes = Arrays.stream(shape).boxed().toList();
    return Tensors.copyOf(Tensor.floats(sizes, values), manager);
  }
}
