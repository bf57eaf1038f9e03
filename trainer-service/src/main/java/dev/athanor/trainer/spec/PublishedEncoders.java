package dev.athanor.trainer.spec;

import dev.athanor.learning.safetensors.Tensor;
import java.util.Map;

/// The registry, as far as runs and evaluations go on from what is in it.
public interface PublishedEncoders {
  /// @param field names the reference in messages
  /// @throws dev.athanor.platform.error.Problem 404 where there is no such version, 422 where it is
  ///   none to go on from
  PublishedEncoder find(String field, ModelReference reference);

  /// Downloads `weights.safetensors` and proves that it is the one that was published.
  Map<String, Tensor> weights(PublishedEncoder encoder);
}
