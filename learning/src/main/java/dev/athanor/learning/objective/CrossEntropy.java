package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;

/// -log softmax(logits)[target], the negative log-likelihood of the right class.
final class CrossEntropy {

  private CrossEntropy() {}

  /// The mean over the rows, ().
  ///
  /// @param logits (N, K)
  /// @param targets (N), int64, each from 0 to K - 1
  static NDArray mean(NDArray logits, NDArray targets) {
    var logLikelihood = logits.logSoftmax(1).gather(targets.expandDims(1), 1); // (N, 1)
    return logLikelihood.mean().neg();
  }
}
