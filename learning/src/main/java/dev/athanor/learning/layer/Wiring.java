package dev.athanor.learning.layer;

import java.util.ArrayList;
import java.util.List;

/// Writes a [Network] one line a layer. Each method adds a layer and returns the value that it
/// makes, which carries its channels along, so that no width is typed twice.
public final class Wiring {

  /// A value in the network being written: its number, and how many channels it has.
  public record Value(int index, int channels) {}

  private final List<Layer> layers = new ArrayList<>();
  private final int inputChannels;

  public Wiring(int inputChannels) {
    this.inputChannels = inputChannels;
  }

  /// Goes on after the last layer of `network`.
  public static Wiring after(Network network) {
    var net = new Wiring(0);
    net.layers.addAll(network.layers());
    return net;
  }

  /// The value made last in a network that has `channels` there.
  public Value last(int channels) {
    return new Value(layers.size(), channels);
  }

  /// A network that reads token ids.
  public static Wiring ofTokens() {
    return new Wiring(0);
  }

  public Value input() {
    return new Value(0, inputChannels);
  }

  /// A convolution with an odd kernel, padded so that stride 1 keeps height and width.
  public Value conv(String name, Value x, int out, int kernel, int stride) {
    return conv(name, x, out, kernel, stride, false);
  }

  public Value conv(String name, Value x, int out, int kernel, int stride, boolean bias) {
    return add(
        new Layer.Convolution(name, x.index, x.channels, out, kernel, stride, kernel / 2, bias),
        out);
  }

  public Value norm(String name, Value x) {
    return add(new Layer.BatchNorm(name, x.index, x.channels), x.channels);
  }

  public Value relu(Value x) {
    return add(new Layer.Relu(x.index), x.channels);
  }

  public Value sum(Value left, Value right) {
    if (left.channels != right.channels) {
      throw new IllegalArgumentException(
          "right: %d channels (expected: %d)".formatted(right.channels, left.channels));
    }
    return add(new Layer.Add(left.index, right.index), left.channels);
  }

  public Value maxPool(Value x, int kernel, int stride) {
    return add(new Layer.MaxPool(x.index, kernel, stride, kernel / 2), x.channels);
  }

  public Value globalAveragePool(Value x) {
    return add(new Layer.GlobalAveragePool(x.index), x.channels);
  }

  public Value upsample(Value x, int factor) {
    return add(new Layer.Upsample(x.index, factor), x.channels);
  }

  /// @param size height and width of `x`
  public Value flatten(Value x, int size) {
    return add(new Layer.Flatten(x.index), x.channels * size * size);
  }

  public Value unflatten(Value x, int size) {
    var channels = x.channels / (size * size);
    return add(new Layer.Unflatten(x.index, channels, size), channels);
  }

  public Value linear(String name, Value x, int out, boolean bias) {
    return add(new Layer.Linear(name, x.index, x.channels, out, bias), out);
  }

  public Value embedding(String name, Value tokens, int vocabulary, int width) {
    return add(new Layer.Embedding(name, tokens.index, vocabulary, width), width);
  }

  public Value positions(String name, Value x, int context) {
    return add(new Layer.PositionEmbedding(name, x.index, context, x.channels), x.channels);
  }

  public Value layerNorm(String name, Value x) {
    return add(new Layer.LayerNorm(name, x.index, x.channels), x.channels);
  }

  public Value rmsNorm(String name, Value x, double epsilon) {
    return add(new Layer.RmsNorm(name, x.index, x.channels, epsilon), x.channels);
  }

  public Value rotaryTable(Value tokens, int headSize, double base) {
    return add(new Layer.RotaryTable(tokens.index, headSize, base), headSize);
  }

  public Value rotary(Value x, Value table, int heads) {
    return add(new Layer.Rotary(x.index, table.index, heads), x.channels);
  }

  public Value attentionMask(Value tokens, boolean causal) {
    return add(new Layer.AttentionMask(tokens.index, causal), 1);
  }

  public Value attention(
      Value queries, Value keys, Value values, Value mask, int heads, int keyValueHeads) {
    return add(
        new Layer.Attention(
            queries.index, keys.index, values.index, mask.index, heads, keyValueHeads),
        queries.channels);
  }

  public Value gelu(Value x) {
    return add(new Layer.Gelu(x.index), x.channels);
  }

  public Value swiGlu(Value gate, Value up) {
    return add(new Layer.SwiGlu(gate.index, up.index), up.channels);
  }

  public Value unembedding(String embedding, Value x, int vocabulary) {
    return add(new Layer.Unembedding(embedding, x.index, vocabulary), vocabulary);
  }

  public Value meanPool(Value x, Value tokens) {
    return add(new Layer.MeanPool(x.index, tokens.index), x.channels);
  }

  /// The network whose output is `last`, which must be the value made last.
  public Network finish(Value last) {
    if (last.index != layers.size()) {
      throw new IllegalArgumentException(
          "last: value %d (expected: %d, the one made last)".formatted(last.index, layers.size()));
    }
    return new Network(layers, last.channels);
  }

  private Value add(Layer layer, int channels) {
    layers.add(layer);
    return new Value(layers.size(), channels);
  }
}
