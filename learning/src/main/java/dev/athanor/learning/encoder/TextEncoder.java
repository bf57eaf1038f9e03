package dev.athanor.learning.encoder;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.Input;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.batch.Tokens;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import java.util.List;

/// An encoder of token ids (N, T). Its representation is the mean of a sequence's hidden states.
public sealed interface TextEncoder extends Encoder permits CausalTransformer, MaskedTransformer {

  /// Ids run from 0 to vocabulary - 1.
  int vocabulary();

  /// The longest sequence that it is made for, in tokens.
  int context();

  /// Token ids (N, T) to hidden states (N, T, dimensions), the last norm included.
  Network hidden();

  /// Token ids (N, T) to the mean of their hidden states (N, dimensions), padding left out.
  Network embedding();

  @Override
  default List<Parameter> parameters() {
    return hidden().parameters();
  }

  @Override
  default void check(Batch batch) {
    if (!(batch instanceof TokenBatch tokens)) {
      throw new IllegalArgumentException("batch: %s (expected: tokens)".formatted(batch));
    }
    for (var id : tokens.ids()) {
      requireKnown("ids", id);
    }
    var targets = tokens.targets();
    if (targets != null) {
      for (var target : targets) {
        requireKnown("targets", target);
      }
    }
  }

  @Override
  default NDArray represent(Input input, Weights weights, boolean training) {
    return new Forward(embedding(), weights).run(ids(input), training);
  }

  /// The token ids of an input that [#check] let through.
  static NDArray ids(Input input) {
    if (!(input instanceof Tokens tokens)) {
      throw new IllegalArgumentException("input: images (expected: tokens)");
    }
    return tokens.ids();
  }

  private void requireKnown(String name, int id) {
    if (id >= vocabulary()) {
      throw new IllegalArgumentException(
          "%s: %d (expected: < %d, the vocabulary)".formatted(name, id, vocabulary()));
    }
  }
}
