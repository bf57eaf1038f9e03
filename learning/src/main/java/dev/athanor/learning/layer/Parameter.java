package dev.athanor.learning.layer;

import java.util.List;

/// A named tensor of a [Network] and what it is for. `shape` is PyTorch's: a convolution's weight
/// is (out, in, kernel, kernel), a linear layer's (out, in).
public record Parameter(String name, List<Long> shape, Role role) {

  /// What a parameter does; decides how it starts and who changes it.
  public enum Role {
    /// A convolution's or linear layer's weight.
    WEIGHT,
    /// A linear layer's bias.
    BIAS,
    /// Batch normalisation's factor.
    SCALE,
    /// Batch normalisation's summand.
    SHIFT,
    /// Batch normalisation's mean over past batches: a statistic, not learnt by gradient.
    RUNNING_MEAN,
    /// Batch normalisation's variance over past batches: a statistic, not learnt by gradient.
    RUNNING_VARIANCE
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  /// Whether the optimiser changes it.
  public boolean trainable() {
    return role != Role.RUNNING_MEAN && role != Role.RUNNING_VARIANCE;
  }

  /// Whether weight decay and LARS's adaptation apply: to weights, never to biases and batch
  /// normalisation (Chen et al. 2020, appendix B.1; You et al. 2017).
  public boolean decays() {
    return role == Role.WEIGHT;
  }

  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /// Inputs that one output of this weight sums over.
  long fanIn() {
    return elements() / shape.getFirst();
  }

  /// Outputs that one input of this weight reaches, the kernel's positions included.
  long fanOut() {
    return elements() / shape.get(1);
  }
}
