package dev.athanor.learning.huggingface;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A causal language model with its weights and the ids that texts begin and end with.
///
/// @param weights of transformer and output map, as
///   [dev.athanor.learning.training.TrainingSession#weights] returns them
/// @param begin the token before a text; null where there is none
/// @param ends each of these tokens ends a text; empty where none does
public record LlamaModel(
    CausalTransformer transformer,
    SortedMap<String, Tensor> weights,
    @Nullable Integer begin,
    List<Integer> ends) {

  public LlamaModel {
    for (var parameter : transformer.languageModel().parameters()) {
      Tensor.named(parameter.name(), parameter.shape(), weights);
    }
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    ends = List.copyOf(ends);
    if (begin != null) {
      requireKnown("begin", begin, transformer);
    }
    for (var end : ends) {
      requireKnown("ends", end, transformer);
    }
  }

  private static void requireKnown(String name, int id, CausalTransformer transformer) {
    if (id < 0 || id >= transformer.vocabulary()) {
      throw new IllegalArgumentException(
          "%s: %d (expected: from 0 to %d)".formatted(name, id, transformer.vocabulary() - 1));
    }
  }
}
