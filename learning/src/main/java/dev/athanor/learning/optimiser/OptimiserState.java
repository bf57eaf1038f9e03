package dev.athanor.learning.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// What an [Optimiser] remembers between steps: its slots and a step count for every trainable
/// parameter. The tensors belong to the manager given at construction.
public final class OptimiserState {

  private static final String STEP = "step";

  private final Optimiser optimiser;
  private final List<Memory> memories;

  /// The state before the first step: zeros.
  public OptimiserState(Optimiser optimiser, Weights weights, NDManager manager) {
    this.optimiser = optimiser;
    this.memories =
        weights.trainable().stream()
            .map(
                parameter -> {
                  var weight = weights.get(parameter.name());
                  var slots =
                      optimiser.slots().stream()
                          .map(_ -> manager.zeros(weight.getShape()))
                          .toList();
                  return new Memory(parameter, weight, slots, 0);
                })
            .toList();
  }

  /// The state that [#tensors] gave.
  public OptimiserState(
      Optimiser optimiser, Weights weights, Map<String, Tensor> tensors, NDManager manager) {
    this.optimiser = optimiser;
    this.memories =
        weights.trainable().stream()
            .map(
                parameter -> {
                  var slots =
                      optimiser.slots().stream()
                          .map(
                              slot ->
                                  Tensor.named(key(parameter, slot), parameter.shape(), tensors))
                          .map(tensor -> Tensors.copyOf(tensor, manager))
                          .toList();
                  var step = Tensor.named(key(parameter, STEP), List.of(), tensors).longs()[0];
                  return new Memory(parameter, weights.get(parameter.name()), slots, step);
                })
            .toList();
  }

  /// Moves every trainable parameter by its gradient and clears the gradient.
  ///
  /// @param clip the largest global norm of all gradients together; null for no bound
  /// @param scratch owns what this step allocates
  public void step(double learningRate, @Nullable Double clip, NDManager scratch) {
    var gradients =
        memories.stream().map(memory -> Updates.gradient(memory.weight, scratch)).toList();
    var scale = clip == null ? 1 : clippingScale(gradients, clip);
    for (var i = 0; i < gradients.size(); i++) {
      var memory = memories.get(i);
      memory.step++;
      optimiser.update(
          new Optimiser.Update(
              memory.parameter,
              memory.weight,
              gradients.get(i),
              scale,
              memory.slots,
              learningRate,
              memory.step));
      Updates.clearGradient(memory.weight);
    }
  }

  /// Slots and step counts as `<parameter>.<slot>` and `<parameter>.step`.
  public SortedMap<String, Tensor> tensors() {
    var tensors = new TreeMap<String, Tensor>();
    for (var memory : memories) {
      for (var i = 0; i < memory.slots.size(); i++) {
        tensors.put(
            key(memory.parameter, optimiser.slots().get(i)), Tensors.copyOf(memory.slots.get(i)));
      }
      tensors.put(key(memory.parameter, STEP), Tensor.longs(List.of(), memory.step));
    }
    return tensors;
  }

  private static String key(Parameter parameter, String slot) {
    return parameter.name() + "." + slot;
  }

  /// Pascanu et al. 2013, https://arxiv.org/abs/1211.5063, algorithm 1: all gradients are scaled by
  /// one factor, so that the direction of the step stays.
  private static double clippingScale(List<NDArray> gradients, double clip) {
    var norm = Math.sqrt(DoubleStream.of(Updates.squaredNorms(gradients)).sum());
    return norm > clip ? clip / norm : 1;
  }

  /// One parameter's share.
  private static final class Memory {
    final Parameter parameter;
    final NDArray weight;
    final List<NDArray> slots;
    long step;

    Memory(Parameter parameter, NDArray weight, List<NDArray> slots, long step) {
      this.parameter = parameter;
      this.weight = weight;
      this.slots = slots;
      this.step = step;
    }
  }
}
