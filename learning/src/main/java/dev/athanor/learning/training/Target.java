package dev.athanor.learning.training;

import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.objective.MovingAverage;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The copy of some weights that follows them slowly. Its memory belongs to the manager given at
/// construction.
final class Target {

  private final MovingAverage average;
  private final Weights weights;

  Target(MovingAverage average, Map<String, Tensor> tensors, NDManager manager) {
    this.average = average;
    this.weights = Weights.withoutGradient(average.parameters(), tensors, manager);
  }

  /// Where every target starts: at the online weights.
  static SortedMap<String, Tensor> start(MovingAverage average, Map<String, Tensor> online) {
    var tensors = new TreeMap<>(online);
    tensors.keySet().retainAll(average.parameters().stream().map(Parameter::name).toList());
    return tensors;
  }

  /// @param step whose move of the online weights was made
  void follow(Weights online, long step, long steps) {
    var momentum = average.momentum(step, steps);
    for (var parameter : weights.trainable()) {
      Updates.average(weights.get(parameter.name()), online.get(parameter.name()), momentum);
    }
  }

  Weights weights() {
    return weights;
  }
}
