package dev.athanor.learning.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.safetensors.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The parameters and statistics of one or several networks, by name, in native memory that belongs
/// to the manager given at construction.
public final class Weights {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /// Copies the tensors of every parameter in; more tensors than those are refused, as are missing
  /// ones and other shapes. Gradients are recorded for what is trainable.
  public Weights(List<Parameter> parameters, Map<String, Tensor> tensors, NDManager manager) {
    this(parameters, tensors, manager, true);
  }

  private Weights(
      List<Parameter> parameters,
      Map<String, Tensor> tensors,
      NDManager manager,
      boolean withGradient) {
    for (var parameter : parameters) {
      if (this.parameters.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "parameter %s: twice (expected: a name of its own)".formatted(parameter.name()));
      }
      var array =
          Tensors.copyOf(Tensor.named(parameter.name(), parameter.shape(), tensors), manager);
      array.setRequiresGradient(withGradient && parameter.trainable());
      arrays.put(parameter.name(), array);
    }
    for (var name : tensors.keySet()) {
      if (!arrays.containsKey(name)) {
        throw new IllegalArgumentException(
            "tensor %s: unknown (expected: one of %s)".formatted(name, arrays.keySet()));
      }
    }
  }

  /// The same, of which no gradient is ever recorded.
  public static Weights withoutGradient(
      List<Parameter> parameters, Map<String, Tensor> tensors, NDManager manager) {
    return new Weights(parameters, tensors, manager, false);
  }

  public NDArray get(String name) {
    var array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("parameter %s: unknown".formatted(name));
    }
    return array;
  }

  /// What the optimiser changes, in the order of the networks' layers.
  public List<Parameter> trainable() {
    return parameters.values().stream().filter(Parameter::trainable).toList();
  }

  /// A copy of everything, outside the engine.
  public SortedMap<String, Tensor> tensors() {
    var tensors = new TreeMap<String, Tensor>();
    arrays.forEach((name, array) -> tensors.put(name, Tensors.copyOf(array)));
    return tensors;
  }
}
