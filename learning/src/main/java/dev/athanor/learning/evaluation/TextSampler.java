package dev.athanor.learning.evaluation;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.engine.Scalars;
import dev.athanor.learning.engine.Tensors;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.CounterRandom;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.safetensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Texts that a causal language model makes up: each next token drawn from what it expects, the
/// same ones for one seed, so that they can be watched as they come to look like something. It
/// reads all anew for every token; serving does that with remembered keys and values.
///
/// @param temperature that scores are divided by: below 1 the likely becomes likelier
/// @param seed of the draws
public record TextSampler(double temperature, long seed) {

  public TextSampler {
    if (!(temperature > 0 && temperature <= 10)) {
      throw new IllegalArgumentException(
          "temperature: %s (expected: > 0 and <= 10)".formatted(temperature));
    }
  }

  /// `count` continuations of `prompt`, each of `tokens` new ones, (count, tokens).
  ///
  /// @param weights of transformer and output map
  /// @param prompt at least one token
  public int[][] continuations(
      CausalTransformer transformer,
      Map<String, Tensor> weights,
      int[] prompt,
      int count,
      int tokens) {
    if (prompt.length < 1 || count < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "prompt, count, tokens: %d, %d, %d (expected: >= 1 each)"
              .formatted(prompt.length, count, tokens));
    }
    return Torch.withoutGradient(
        () -> {
          try (var manager = Torch.newManager()) {
            var network = transformer.languageModel();
            var held = Weights.withoutGradient(network.parameters(), weights, manager);
            var forward = new Forward(network, held);
            var texts = new int[count][];
            Arrays.fill(texts, prompt);
            var random = new CounterRandom(seed, "sample");
            for (var t = 0; t < tokens; t++) {
              try (var scratch = manager.newSubManager()) {
                var read = Math.min(texts[0].length, transformer.context());
                var ids = Tensor.longs(List.of((long) count, (long) read), last(texts, read));
                var scores = forward.run(Tensors.copyOf(ids, scratch), false); // (count, read, V)
                var last = scores.get(":, {}", read - 1L); // (count, V)
                var next = Scalars.over(last, temperature).softmax(1);
                append(texts, next.toFloatArray(), random, (long) t * count);
              }
            }
            return Arrays.stream(texts)
                .map(text -> Arrays.copyOfRange(text, prompt.length, text.length))
                .toArray(int[][]::new);
          }
        });
  }

  private static long[] last(int[][] texts, int read) {
    return Arrays.stream(texts)
        .flatMapToInt(text -> Arrays.stream(text, text.length - read, text.length))
        .asLongStream()
        .toArray();
  }

  private static void append(int[][] texts, float[] chances, CounterRandom random, long draw) {
    var vocabulary = chances.length / texts.length;
    for (var n = 0; n < texts.length; n++) {
      var text = Arrays.copyOf(texts[n], texts[n].length + 1);
      text[text.length - 1] = draw(chances, n * vocabulary, vocabulary, random.uniform(draw + n));
      texts[n] = text;
    }
  }

  /// The token in whose share of 1 the number lies.
  private static int draw(float[] chances, int from, int vocabulary, double uniform) {
    var sum = 0.0;
    for (var id = 0; id < vocabulary; id++) {
      sum += chances[from + id];
      if (uniform < sum) {
        return id;
      }
    }
    // Rounding left a crumb: the likeliest takes it.
    var likeliest = 0;
    for (var id = 1; id < vocabulary; id++) {
      likeliest = chances[from + id] > chances[from + likeliest] ? id : likeliest;
    }
    return likeliest;
  }
}
