package dev.athanor.learning.optimiser;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.layer.Parameter;
import java.util.List;

/// A rule that moves a parameter against its gradient. It is a record of numbers: what it remembers
/// of a parameter lives in named slots that [OptimiserState] owns.
public sealed interface Optimiser permits AdamW, Lars, Sgd {

  /// The peak learning rate, before the schedule's factor.
  double learningRate();

  /// The names of the tensors, each of the parameter's shape and starting at zero, that this rule
  /// keeps for every parameter.
  List<String> slots();

  /// Moves `weight` in place by one step.
  void update(Update update);

  /// Everything that one step of one parameter needs.
  ///
  /// @param parameter what the weight is; decides about decay
  /// @param weight changed in place
  /// @param gradient read only
  /// @param gradientScale what the gradient is multiplied with before it is used, 1 unless it is
  ///   clipped
  /// @param slots in the order of [Optimiser#slots], changed in place
  /// @param learningRate of this step, schedule included
  /// @param step of this parameter, counted from 1
  record Update(
      Parameter parameter,
      NDArray weight,
      NDArray gradient,
      double gradientScale,
      List<NDArray> slots,
      double learningRate,
      long step) {}
}
