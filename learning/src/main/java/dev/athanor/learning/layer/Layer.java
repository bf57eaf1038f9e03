package dev.athanor.learning.layer;

import java.util.List;

/// One operation of a [Network] and the values it reads. Value 0 is the network's input, and layer
/// `i` makes value `i + 1`.
///
/// Where the input is text it is token ids, int64 (N, T), [#PADDING] behind the end of a shorter
/// one; layers on sequences work on `(N, T, width)`.
///
/// Layers with parameters have a name; a parameter is called `<layer name>.<parameter>`.
public sealed interface Layer {

  /// Where a sequence has no token.
  long PADDING = -1;

  /// The values that this layer reads, in order.
  List<Integer> inputs();

  /// A square convolution without bias on `(N, in, H, W)`, the same padding on every side.
  /// Parameter `weight` (out, in, kernel, kernel).
  record Convolution(String name, int input, int in, int out, int kernel, int stride, int padding)
      implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Batch normalisation over the channel axis of `(N, C, H, W)` or `(N, C)`. Parameters `weight`,
  /// `bias`, `running_mean`, `running_var`, each (channels).
  record BatchNorm(String name, int input, int channels) implements Layer {
    /// Added to the variance before the root is taken.
    public static final double EPSILON = 1e-5;

    /// How much of the running statistics one training step replaces.
    public static final double MOMENTUM = 0.1;

    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// max(0, x).
  record Relu(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// left + right, of one shape: where a residual branch meets its shortcut.
  record Add(int left, int right) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(left, right);
    }
  }

  /// The maximum of each square window; padding counts as minus infinity.
  record MaxPool(int input, int kernel, int stride, int padding) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// The mean of each channel: `(N, C, H, W)` becomes `(N, C)`.
  record GlobalAveragePool(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// An affine map of `(N, in)` or `(N, T, in)`. Parameters `weight` (out, in) and, where it has
  /// one, `bias` (out).
  record Linear(String name, int input, int in, int out, boolean bias) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Each token's row of a table: `(N, T)` becomes `(N, T, width)`; where there is no token, the
  /// first row, which nobody shall read. Parameter `weight` (vocabulary, width).
  record Embedding(String name, int tokens, int vocabulary, int width) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(tokens);
    }
  }

  /// Adds a learnt row to each position of `(N, T, width)`, T at most `context`. Parameter `weight`
  /// (context, width).
  record PositionEmbedding(String name, int input, int context, int width) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Layer normalisation over the last axis, Ba et al. 2016, https://arxiv.org/abs/1607.06450.
  /// Parameters `weight` and `bias`, each (width).
  record LayerNorm(String name, int input, int width) implements Layer {
    /// Added to the variance before the root is taken.
    public static final double EPSILON = 1e-5;

    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Root mean square normalisation over the last axis, Zhang & Sennrich 2019,
  /// https://arxiv.org/abs/1910.07467, equation 4: x / √(mean(x²) + ε) × weight. Parameter `weight`
  /// (width).
  record RmsNorm(String name, int input, int width, double epsilon) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// Cosines and sines of the angles that [Rotary] turns by: `(T, headSize)`, the cosines of
  /// `position × base^(-2i / headSize)` and then its sines, i from 0 to headSize / 2 - 1.
  record RotaryTable(int tokens, int headSize, double base) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(tokens);
    }

    /// What a position is multiplied with, (headSize / 2).
    public float[] frequencies() {
      var frequencies = new float[headSize / 2];
      for (var i = 0; i < frequencies.length; i++) {
        frequencies[i] = (float) StrictMath.pow(base, -2.0 * i / headSize);
      }
      return frequencies;
    }
  }

  /// Rotary position embedding, Su et al. 2021, https://arxiv.org/abs/2104.09864, section 3.2, of
  /// the queries or keys `(N, T, heads × headSize)`: in every head component i turns with component
  /// i + headSize / 2, the pairing of LLaMA's weights as Hugging Face stores them.
  record Rotary(int input, int table, int heads) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input, table);
    }
  }

  /// What attention adds to its scores: 0 where a query may look at a key, else very little.
  ///
  /// Causal, `(T, T)`: a token sees itself and those before it. Padding stands behind them, so no
  /// token sees it and no mask is needed. Else `(N, 1, 1, T)`: every token sees every token.
  record AttentionMask(int tokens, boolean causal) implements Layer {
    /// Far below every score, yet finite: exp of it is 0, and a row of nothing else is no NaN.
    public static final float NEVER = -1e9f;

    @Override
    public List<Integer> inputs() {
      return List.of(tokens);
    }
  }

  /// Scaled dot-product attention in several heads, Vaswani et al. 2017,
  /// https://arxiv.org/abs/1706.03762, equation 1: softmax(q·kᵀ / √headSize + mask)·v.
  ///
  /// Queries are `(N, T, heads × headSize)`, as is the result; keys and values `(N, T,
  /// keyValueHeads × headSize)`, each of their heads shared by `heads / keyValueHeads` neighbouring
  /// heads of queries (Ainslie et al. 2023, https://arxiv.org/abs/2305.13245).
  record Attention(int queries, int keys, int values, int mask, int heads, int keyValueHeads)
      implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(queries, keys, values, mask);
    }
  }

  /// x × Φ(x), Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415, exactly and not by its
  /// approximation with tanh.
  record Gelu(int input) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// gate × σ(gate) × up, of one shape: the middle of Shazeer 2020,
  /// https://arxiv.org/abs/2002.05202, equation 6.
  record SwiGlu(int gate, int up) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(gate, up);
    }
  }

  /// Scores for every token of the vocabulary by the transpose of an [Embedding]'s table, Press &
  /// Wolf 2016, https://arxiv.org/abs/1608.05859. The table is the parameter `weight` of the layer
  /// called `embedding`, which may stand in another network.
  record Unembedding(String embedding, int input, int vocabulary) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /// The mean over a sequence's tokens, padding left out: `(N, T, width)` becomes `(N, width)`.
  record MeanPool(int input, int tokens) implements Layer {
    @Override
    public List<Integer> inputs() {
      return List.of(input, tokens);
    }
  }
}
