package dev.athanor.learning.evaluation;

/// How well a causal language model predicts a text that it was not trained on: what a [TextScorer]
/// comes to.
///
/// @param nats -log p of all predicted tokens together
/// @param tokens predicted
/// @param bytes of UTF-8 that those tokens stand for
public record HeldOutText(double nats, long tokens, long bytes) {

  public HeldOutText {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens: %d (expected: > 0)".formatted(tokens));
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: %d (expected: > 0)".formatted(bytes));
    }
  }

  /// exp of the mean over tokens: only models with one tokenizer can be compared by it.
  public double perplexity() {
    return Math.exp(nats / tokens);
  }

  /// Independent of the tokenizer: all that was unexpected, in bits, over the text's own length.
  public double bitsPerByte() {
    return nats / Math.log(2) / bytes;
  }
}
