package dev.athanor.trainer.spec;

import dev.athanor.learning.safetensors.Tensor;
import java.util.Map;

/// The registry, as far as runs and evaluations go on from what is in it.
public interface PublishedEncoders {
  /// @param field names the reference in messages
  /// @throws dev.athanor.platform.error.Problem 404 where there is no such version, 422 where it is
  ///   none to go on from
  PublishedEncoder find(String field, ModelReference reference);

  /// Proves that the language model of a causal encoder is there, for a run that goes on from its
  /// output map.
  ///
  /// @param field names the reference in messages
  /// @throws dev.athanor.platform.error.Problem 422 where the encoder has none beside it, or it is
  ///   not served any more
  void requireLanguageModel(String field, PublishedEncoder encoder);

  /// Downloads `weights.safetensors` and proves that it is the one that was published.
  Map<String, Tensor> weights(PublishedEncoder encoder);

  /// Downloads the weights of the language model beside the encoder likewise: the encoder's, and
  /// `lm_head.weight`.
  Map<String, Tensor> languageModelWeights(PublishedEncoder encoder);
}
