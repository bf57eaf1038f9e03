package dev.athanor.learning.encoder;

import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;
import dev.athanor.learning.layer.Wiring.Value;

/// A transformer encoder that looks both ways, after BERT (Devlin et al. 2018,
/// https://arxiv.org/abs/1810.04805, section 3): learnt positions, GELU, layer norms, biases, a
/// feed-forward width that is its own number. As in most encoders since, the norm stands before
/// each part instead of after it, which trains without a long warm-up (Xiong et al. 2020,
/// https://arxiv.org/abs/2002.04745); and there is one kind of segment.
///
/// @param layers of attention and feed-forward
/// @param width of the residual stream
/// @param heads each width / heads wide
/// @param feedForward width between the feed-forward maps, 4 × width in the paper
/// @param vocabulary ids run from 0 to vocabulary - 1
/// @param context the longest sequence that it can read, in tokens
public record MaskedTransformer(
    int layers, int width, int heads, int feedForward, int vocabulary, int context)
    implements TextEncoder {

  /// The token table's name, which a head may read.
  public static final String EMBEDDING = "embeddings.token";

  public MaskedTransformer {
    Sizes.within("layers", layers, Sizes.LAYERS);
    Sizes.within("width", width, Sizes.WIDTH);
    Sizes.within("heads", heads, width);
    Sizes.within("feedForward", feedForward, Sizes.WIDTH * 8);
    Sizes.within("vocabulary", vocabulary, Sizes.VOCABULARY);
    Sizes.within("context", context, Sizes.CONTEXT);
    Sizes.divides("heads", heads, "width", width);
  }

  /// Length of a hidden state, and of the embedding that is their mean.
  @Override
  public int dimensions() {
    return width;
  }

  /// Token ids (N, T) to hidden states (N, T, width), the last norm included.
  @Override
  public Network hidden() {
    var net = Wiring.ofTokens();
    return net.finish(hidden(net));
  }

  /// Token ids (N, T) to the mean of their hidden states (N, width), padding left out.
  @Override
  public Network embedding() {
    var net = Wiring.ofTokens();
    return net.finish(net.meanPool(hidden(net), net.input()));
  }

  /// Hidden states (M, width) of the positions to be guessed to scores (M, vocabulary): a linear
  /// map, GELU, a norm, and the transpose of the token table.
  public Network head() {
    var net = new Wiring(width);
    var x = net.gelu(net.linear("head.transform", net.input(), width, true));
    return net.finish(net.unembedding(EMBEDDING, net.layerNorm("head.norm", x), vocabulary));
  }

  private Value hidden(Wiring net) {
    var tokens = net.input();
    var mask = net.attentionMask(tokens, false);
    var x = net.embedding(EMBEDDING, tokens, vocabulary, width); // (N, T, width)
    x = net.layerNorm("embeddings.norm", net.positions("embeddings.position", x, context));
    for (var i = 0; i < layers; i++) {
      var name = "layers.%d".formatted(i);
      x = net.sum(x, attention(net, name + ".attention", x, mask));
      x = net.sum(x, feedForward(net, name + ".mlp", x));
    }
    return net.layerNorm("norm", x);
  }

  private Value attention(Wiring net, String name, Value x, Value mask) {
    var y = net.layerNorm(name + ".norm", x);
    var mixed =
        net.attention(
            net.linear(name + ".query", y, width, true),
            net.linear(name + ".key", y, width, true),
            net.linear(name + ".value", y, width, true),
            mask,
            heads,
            heads);
    return net.linear(name + ".output", mixed, width, true);
  }

  private Value feedForward(Wiring net, String name, Value x) {
    var y = net.layerNorm(name + ".norm", x);
    return net.linear(
        name + ".down", net.gelu(net.linear(name + ".up", y, feedForward, true)), width, true);
  }
}
