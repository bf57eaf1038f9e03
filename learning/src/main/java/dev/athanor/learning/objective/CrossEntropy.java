package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

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

  /// The mean over the rows that have a target, (); 0 where none has one.
  ///
  /// @param logits (N, K)
  /// @param targets (N), int64, each from 0 to K - 1, or below 0 where there is none
  static NDArray meanOfKnown(NDArray logits, NDArray targets) {
    var known = targets.gte(0).toType(DataType.FLOAT32, false); // (N)
    var logLikelihood =
        logits.logSoftmax(1).gather(targets.maximum(0).expandDims(1), 1).squeeze(1); // (N)
    return logLikelihood.mul(known).sum().div(known.sum().maximum(1)).neg();
  }
}
