package dev.athanor.learning.layer;

import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The weights that networks start with, a pure function of the seed and each parameter's name.
public final class Initialiser {

  private static final double EMBEDDING_DEVIATION = 0.02;

  private Initialiser() {}

  /// Weights are drawn as He et al. 2015, https://arxiv.org/abs/1502.01852, section 2.2: normal
  /// with variance 2 / fan-out for convolutions; for linear layers uniform within 1 / √fan-in,
  /// biases zero. Normalisations start as the identity. Rows of tables are normal with deviation
  /// 0.02 (Devlin et al. 2018; Radford et al. 2019, section 2.3).
  public static SortedMap<String, Tensor> tensors(List<Parameter> parameters, long seed) {
    var tensors = new TreeMap<String, Tensor>();
    for (var parameter : parameters) {
      tensors.put(parameter.name(), Tensor.floats(parameter.shape(), values(parameter, seed)));
    }
    return tensors;
  }

  private static float[] values(Parameter parameter, long seed) {
    var values = new float[Math.toIntExact(parameter.elements())];
    switch (parameter.role()) {
      case WEIGHT -> draw(parameter, seed, values);
      case EMBEDDING -> drawRows(parameter, seed, values);
      case SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case BIAS, SHIFT, RUNNING_MEAN -> {}
    }
    return values;
  }

  private static void draw(Parameter parameter, long seed, float[] values) {
    var random = new CounterRandom(seed, parameter.name());
    var convolution = parameter.shape().size() == 4;
    var deviation = Math.sqrt(2.0 / parameter.fanOut());
    var bound = 1 / Math.sqrt(parameter.fanIn());
    for (var i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (convolution ? deviation * random.normal(i) : bound * (2 * random.uniform(i) - 1));
    }
  }

  private static void drawRows(Parameter parameter, long seed, float[] values) {
    var random = new CounterRandom(seed, parameter.name());
    for (var i = 0; i < values.length; i++) {
      values[i] = (float) (EMBEDDING_DEVIATION * random.normal(i));
    }
  }
}
