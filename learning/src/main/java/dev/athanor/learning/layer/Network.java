package dev.athanor.learning.layer;

import dev.athanor.learning.layer.Layer.Add;
import dev.athanor.learning.layer.Layer.Attention;
import dev.athanor.learning.layer.Layer.AttentionMask;
import dev.athanor.learning.layer.Layer.BatchNorm;
import dev.athanor.learning.layer.Layer.Convolution;
import dev.athanor.learning.layer.Layer.Embedding;
import dev.athanor.learning.layer.Layer.Flatten;
import dev.athanor.learning.layer.Layer.Gelu;
import dev.athanor.learning.layer.Layer.GlobalAveragePool;
import dev.athanor.learning.layer.Layer.LayerNorm;
import dev.athanor.learning.layer.Layer.Linear;
import dev.athanor.learning.layer.Layer.MaxPool;
import dev.athanor.learning.layer.Layer.MeanPool;
import dev.athanor.learning.layer.Layer.PositionEmbedding;
import dev.athanor.learning.layer.Layer.Relu;
import dev.athanor.learning.layer.Layer.RmsNorm;
import dev.athanor.learning.layer.Layer.Rotary;
import dev.athanor.learning.layer.Layer.RotaryTable;
import dev.athanor.learning.layer.Layer.SwiGlu;
import dev.athanor.learning.layer.Layer.Unembedding;
import dev.athanor.learning.layer.Layer.Unflatten;
import dev.athanor.learning.layer.Layer.Upsample;
import dev.athanor.learning.layer.Parameter.Role;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// A network as data: its layers in the order in which they run. The last layer's value, (N,
/// dimensions) or (N, T, dimensions), is the output.
///
/// Training runs this list, ONNX export translates it, and checkpoints name their tensors by it, so
/// the three cannot disagree about what the network is. [Wiring] writes one.
public record Network(List<Layer> layers, int dimensions) {

  public Network {
    layers = List.copyOf(layers);
    for (var i = 0; i < layers.size(); i++) {
      for (var input : layers.get(i).inputs()) {
        if (input < 0 || input > i) {
          throw new IllegalArgumentException(
              "layers[%d] reads value %d (expected: one from 0 to %d)".formatted(i, input, i));
        }
      }
    }
  }

  /// Every parameter and statistic, in the order of the layers.
  public List<Parameter> parameters() {
    return layers.stream().flatMap(Network::parameters).toList();
  }

  /// Numbers in all of these.
  public long elements() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }

  private static Stream<Parameter> parameters(Layer layer) {
    return switch (layer) {
      case Convolution(var name, _, var in, var out, var kernel, _, _, var bias) -> {
        var weight = parameter(name + ".weight", Role.WEIGHT, out, in, kernel, kernel);
        yield bias
            ? Stream.of(weight, parameter(name + ".bias", Role.BIAS, out))
            : Stream.of(weight);
      }
      case BatchNorm(var name, _, var channels) ->
          Stream.of(
              parameter(name + ".weight", Role.SCALE, channels),
              parameter(name + ".bias", Role.SHIFT, channels),
              parameter(name + ".running_mean", Role.RUNNING_MEAN, channels),
              parameter(name + ".running_var", Role.RUNNING_VARIANCE, channels));
      case Linear(var name, _, var in, var out, var bias) -> {
        var weight = parameter(name + ".weight", Role.WEIGHT, out, in);
        yield bias
            ? Stream.of(weight, parameter(name + ".bias", Role.BIAS, out))
            : Stream.of(weight);
      }
      case Embedding(var name, _, var vocabulary, var width) ->
          Stream.of(parameter(name + ".weight", Role.EMBEDDING, vocabulary, width));
      case PositionEmbedding(var name, _, var context, var width) ->
          Stream.of(parameter(name + ".weight", Role.EMBEDDING, context, width));
      case LayerNorm(var name, _, var width) ->
          Stream.of(
              parameter(name + ".weight", Role.SCALE, width),
              parameter(name + ".bias", Role.SHIFT, width));
      case RmsNorm(var name, _, var width, _) ->
          Stream.of(parameter(name + ".weight", Role.SCALE, width));
      case Relu _, Add _, MaxPool _, GlobalAveragePool _ -> Stream.empty();
      case Upsample _, Flatten _, Unflatten _ -> Stream.empty();
      case RotaryTable _, Rotary _, AttentionMask _, Attention _ -> Stream.empty();
      case Gelu _, SwiGlu _, Unembedding _, MeanPool _ -> Stream.empty();
    };
  }

  private static Parameter parameter(String name, Role role, long... shape) {
    return new Parameter(name, LongStream.of(shape).boxed().toList(), role);
  }
}
