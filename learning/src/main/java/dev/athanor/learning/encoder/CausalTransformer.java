package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;
import dev.athanor.learning.layer.Wiring.Value;

/// A decoder-only transformer in LLaMA's layout, Touvron et al. 2023,
/// https://arxiv.org/abs/2302.13971, section 2.2: a norm before every part (RMSNorm), rotary
/// positions, SwiGLU, no biases. Parameters are named as Hugging Face's `LlamaForCausalLM` names
/// them, so that weights go to and from there as they are.
///
/// @param layers of attention and feed-forward
/// @param width of the residual stream
/// @param heads of the queries, each width / heads wide
/// @param keyValueHeads fewer than `heads` for grouped-query attention (Ainslie et al. 2023)
/// @param feedForward width between the feed-forward maps
/// @param vocabulary ids run from 0 to vocabulary - 1
/// @param context the longest sequence that it is made for, in tokens
/// @param rotaryBase 10,000 in the paper
/// @param epsilon of the norms
/// @param tied whether the output map is the embedding's transpose
public record CausalTransformer(
    int layers,
    int width,
    int heads,
    int keyValueHeads,
    int feedForward,
    int vocabulary,
    int context,
    double rotaryBase,
    double epsilon,
    boolean tied)
    implements TextEncoder {

  private static final String EMBEDDING = "model.embed_tokens";
  private static final String OUTPUT = "lm_head";

  public CausalTransformer {
    Sizes.within("layers", layers, Sizes.LAYERS);
    Sizes.within("width", width, Sizes.WIDTH);
    Sizes.within("heads", heads, width);
    Sizes.within("keyValueHeads", keyValueHeads, heads);
    Sizes.within("feedForward", feedForward, Sizes.WIDTH * 8);
    Sizes.within("vocabulary", vocabulary, Sizes.VOCABULARY);
    Sizes.within("context", context, Sizes.CONTEXT);
    Sizes.divides("heads", heads, "width", width);
    Sizes.divides("keyValueHeads", keyValueHeads, "heads", heads);
    if (width / heads % 2 != 0) {
      throw new IllegalArgumentException(
          "heads: %d, each %d wide (expected: an even width, which rotary positions turn in pairs)"
              .formatted(heads, width / heads));
    }
    if (!(rotaryBase > 1 && rotaryBase <= 1e9)) {
      throw new IllegalArgumentException(
          "rotaryBase: %s (expected: > 1 and <= 1e9)".formatted(rotaryBase));
    }
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon: %s (expected: > 0 and < 1)".formatted(epsilon));
    }
  }

  /// Length of a hidden state, and of the embedding that is their mean.
  @Override
  public int dimensions() {
    return width;
  }

  /// Width of a head.
  public int headSize() {
    return width / heads;
  }

  /// Token ids (N, T) to hidden states (N, T, width), the last norm included.
  @Override
  public Network hidden() {
    var net = Wiring.ofTokens();
    return net.finish(hidden(net));
  }

  /// Hidden states (…, width) to scores of the next token (…, vocabulary). Where the maps are tied
  /// it has no parameters of its own and reads the table of [#hidden].
  public Network head() {
    var net = new Wiring(width);
    return net.finish(scores(net, net.input()));
  }

  /// Token ids (N, T) to scores of each next token (N, T, vocabulary).
  public Network languageModel() {
    var net = Wiring.ofTokens();
    return net.finish(scores(net, hidden(net)));
  }

  /// Token ids (N, T) to the mean of their hidden states (N, width).
  @Override
  public Network embedding() {
    var net = Wiring.ofTokens();
    return net.finish(net.meanPool(hidden(net), net.input()));
  }

  private Value hidden(Wiring net) {
    var tokens = net.input();
    var table = net.rotaryTable(tokens, headSize(), rotaryBase);
    var mask = net.attentionMask(tokens, true);
    var x = net.embedding(EMBEDDING, tokens, vocabulary, width); // (N, T, width)
    for (var i = 0; i < layers; i++) {
      var name = "model.layers.%d".formatted(i);
      x = net.sum(x, attention(net, name, x, table, mask));
      x = net.sum(x, feedForward(net, name, x));
    }
    return net.rmsNorm("model.norm", x, epsilon);
  }

  private Value attention(Wiring net, String name, Value x, Value table, Value mask) {
    var y = net.rmsNorm(name + ".input_layernorm", x, epsilon);
    var keyWidth = keyValueHeads * headSize();
    var queries = net.linear(name + ".self_attn.q_proj", y, width, false);
    var keys = net.linear(name + ".self_attn.k_proj", y, keyWidth, false);
    var values = net.linear(name + ".self_attn.v_proj", y, keyWidth, false);
    var mixed =
        net.attention(
            net.rotary(queries, table, heads),
            net.rotary(keys, table, keyValueHeads),
            values,
            mask,
            heads,
            keyValueHeads);
    return net.linear(name + ".self_attn.o_proj", mixed, width, false);
  }

  private Value feedForward(Wiring net, String name, Value x) {
    var y = net.rmsNorm(name + ".post_attention_layernorm", x, epsilon);
    var gate = net.linear(name + ".mlp.gate_proj", y, feedForward, false);
    var up = net.linear(name + ".mlp.up_proj", y, feedForward, false);
    return net.linear(name + ".mlp.down_proj", net.swiGlu(gate, up), width, false);
  }

  private Value scores(Wiring net, Value x) {
    return tied
        ? net.unembedding(EMBEDDING, x, vocabulary)
        : net.linear(OUTPUT, x, vocabulary, false);
  }
}
