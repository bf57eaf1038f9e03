package dev.athanor.learning.layer;

import java.util.List;

/// A named tensor of a [Network] and what it is for. `shape` is PyTorch's: a convolution's weight
/// is (out, in, kernel, kernel), a linear layer's (out, in).
public record Parameter(String name, List<Long> shape, Role role) {

  /// What a parameter does; decides how it starts and who changes it.
  public enum Role {
    /// A convolution's or linear layer's weight.
    WEIGHT,
    /// A table of rows, one a token or position.
    EMBEDDING,
    /// A linear layer's bias.
    BIAS,
    /// A normalisation's factor.
    SCALE,
    /// A normalisation's summand.
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

  /// Whether weight decay and LARS's adaptation apply: to weights and tables, never to biases and
  /// normalisations (Chen et al. 2020, appendix B.1; You et al. 2017; Devlin et al. 2018, whose
  /// decay leaves out the same).
  public boolean decays() {
    return role == Role.WEIGHT || role == Role.EMBEDDING;
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
