package dev.athanor.trainer.sizing;

/// The shape of a decoder-only transformer: everything that its parameters can be counted from.
///
/// @param layers L
/// @param width of the residual stream, d
/// @param heads of the queries, n
/// @param headSize of each head; heads × headSize need not be the width (PaLM's is not)
/// @param keyValueHeads of keys and values: as many as `heads` in multi-head attention (Vaswani et
///   al. 2017), one in multi-query attention (Shazeer 2019), in between in grouped-query attention
///   (Ainslie et al. 2023)
/// @param feedForward width between the feed-forward maps
/// @param vocabulary V
/// @param context tokens of a training sequence, T
/// @param tied whether the output map is the embedding's transpose
/// @param biases whether linear maps and layer norms have summands
/// @param parallel whether attention and feed-forward read the same norm's output (PaLM) instead of
///   following each other
record Layout(
    int layers,
    int width,
    int heads,
    int headSize,
    int keyValueHeads,
    int feedForward,
    int vocabulary,
    int context,
    Activation activation,
    Norm norm,
    Positions positions,
    boolean tied,
    boolean biases,
    boolean parallel) {

  private static final int LARGEST = 10_000_000;

  /// What happens between the feed-forward maps.
  enum Activation {
    /// One map in, GELU or ReLU, one map out.
    GELU,
    /// Two maps in, one gating the other, and one out (Shazeer 2020).
    SWIGLU;

    int matrices() {
      return this == SWIGLU ? 3 : 2;
    }
  }

  enum Norm {
    LAYERNORM,
    RMSNORM
  }

  /// How a layer knows the order of its tokens.
  enum Positions {
    /// A table of `context` rows (GPT).
    LEARNED,
    /// Rotations of queries and keys, without parameters (Su et al. 2021).
    ROTARY,
    /// Transformer-XL's (Dai et al. 2019): a (d, n × head size) map of the distances in every
    /// layer, and scores between queries and distances beside those between queries and keys.
    RELATIVE
  }

  Layout {
    within("layers", layers, 10_000);
    within("width", width, 1_000_000);
    within("heads", heads, 100_000);
    within("headSize", headSize, 100_000);
    within("keyValueHeads", keyValueHeads, heads);
    within("feedForward", feedForward, LARGEST);
    within("vocabulary", vocabulary, LARGEST);
    within("context", context, LARGEST);
    if ((long) heads * headSize > LARGEST) {
      throw new IllegalArgumentException(
          "heads × headSize: %d (expected: <= %d)".formatted((long) heads * headSize, LARGEST));
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "keyValueHeads: %d (expected: a divisor of heads, which are %d)"
              .formatted(keyValueHeads, heads));
    }
  }

  /// Width of all queries together.
  int queryWidth() {
    return heads * headSize;
  }

  /// Width of all keys together, and of all values.
  int keyValueWidth() {
    return keyValueHeads * headSize;
  }

  int normsPerLayer() {
    return parallel ? 1 : 2;
  }

  static void within(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: from 1 to %d)".formatted(name, value, most));
    }
  }
}
