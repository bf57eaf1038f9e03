package dev.athanor.learning.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.learning.layer.Layer;
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
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.safetensors.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Translates a [Network] layer by layer into ONNX operators. Batch normalisation has no operator
/// of its own: it becomes part of the convolution or linear map before it. Layers on sequences are
/// left to [SequenceOperators].
final class GraphWriter {

  private final Network network;
  private final Map<String, Tensor> weights;
  private final String input;
  private final String output;
  private final Onnx.Graph.Builder graph = Onnx.Graph.newBuilder();
  private final Set<String> initializers = new HashSet<>();
  private final @Nullable SequenceOperators sequences;
  private final @Nullable DataFile data;

  /// A network that reads images.
  GraphWriter(Network network, Map<String, Tensor> weights, String input, String output) {
    this.network = network;
    this.weights = weights;
    this.input = input;
    this.output = output;
    this.sequences = null;
    this.data = null;
  }

  /// A network that reads token ids.
  ///
  /// @param data takes the parameters' numbers; null where they are to be in the graph
  GraphWriter(
      Network network,
      Map<String, Tensor> weights,
      TextInputs inputs,
      String output,
      @Nullable DataFile data) {
    this.network = network;
    this.weights = weights;
    this.input = inputs.ids();
    this.output = output;
    this.sequences = new SequenceOperators(graph, inputs, this::name, this::parameter);
    this.data = data;
  }

  /// The operators and their weights; name, inputs and outputs are the caller's to add.
  Onnx.Graph.Builder write() {
    for (var value = 1; value <= network.layers().size(); value++) {
      if (!vanishes(value)) {
        write(maker(value), value);
      }
    }
    return graph;
  }

  private void write(Layer layer, int value) {
    switch (layer) {
      case Convolution convolution -> convolution(convolution, affine(convolution), value);
      case Linear linear when sequences != null -> sequences.linear(linear, value);
      case Linear linear -> linear(linear, affine(linear), value);
      case BatchNorm norm -> norm(norm, value);
      case Relu(var x) -> node("Relu", value, x);
      case Add(var left, var right) -> node("Add", value, left, right);
      case MaxPool(var x, var kernel, var stride, var padding) ->
          node("MaxPool", value, x)
              .addAttribute(ints("kernel_shape", kernel, kernel))
              .addAttribute(ints("strides", stride, stride))
              .addAttribute(ints("pads", padding, padding, padding, padding));
      case GlobalAveragePool(var x) -> globalAveragePool(x, value);
      case Upsample(var x, var factor) -> upsample(x, factor, value);
      case Flatten(var x) -> node("Flatten", value, x);
      case Unflatten(var x, var channels, var size) -> unflatten(x, channels, size, value);
      case Embedding embedding -> sequences().embedding(embedding, value);
      case PositionEmbedding positions -> sequences().positions(positions, value);
      case LayerNorm norm -> sequences().layerNorm(norm, value);
      case RmsNorm norm -> sequences().rmsNorm(norm, value);
      case RotaryTable table -> sequences().rotaryTable(table, value);
      case Rotary rotary -> sequences().rotary(rotary, width(rotary.input()), value);
      case AttentionMask mask -> sequences().mask(mask, value);
      case Attention attention ->
          sequences().attention(attention, width(attention.queries()), value);
      case Gelu gelu -> sequences().gelu(gelu, value);
      case SwiGlu swiGlu -> sequences().swiGlu(swiGlu, value);
      case Unembedding output -> sequences().unembedding(output, value);
      case MeanPool pool -> sequences().meanPool(pool, value);
    }
  }

  private void convolution(Convolution layer, Affine affine, int value) {
    var padding = layer.padding();
    addWeights(node("Conv", value, layer.input()), layer.name(), affine)
        .addAttribute(ints("kernel_shape", layer.kernel(), layer.kernel()))
        .addAttribute(ints("strides", layer.stride(), layer.stride()))
        .addAttribute(ints("pads", padding, padding, padding, padding));
  }

  private void linear(Linear layer, Affine affine, int value) {
    addWeights(node("Gemm", value, layer.input()), layer.name(), affine)
        .addAttribute(
            Onnx.Attribute.newBuilder()
                .setName("transB") // weights are (out, in)
                .setType(Onnx.Attribute.Type.INT)
                .setI(1));
  }

  /// The layer before it, with weights that do the normalisation too.
  private void norm(BatchNorm norm, int value) {
    if (!vanishes(norm.input())) {
      throw new IllegalArgumentException(
          "layer %s: reads value %d (expected: a convolution's or linear map's, read by it alone)"
              .formatted(norm.name(), norm.input()));
    }
    switch (maker(norm.input())) {
      case Convolution before -> convolution(before, normalised(affine(before), norm), value);
      case Linear before -> linear(before, normalised(affine(before), norm), value);
      default -> throw new AssertionError("value %d does not vanish".formatted(norm.input()));
    }
  }

  private Affine normalised(Affine affine, BatchNorm norm) {
    return affine.normalised(
        floats(norm.name() + ".weight"),
        floats(norm.name() + ".bias"),
        floats(norm.name() + ".running_mean"),
        floats(norm.name() + ".running_var"));
  }

  /// ONNX keeps height and width, as 1.
  private void globalAveragePool(int x, int value) {
    var pooled = name(value) + ".pooled";
    graph.addNodeBuilder().setOpType("GlobalAveragePool").addInput(name(x)).addOutput(pooled);
    graph.addNodeBuilder().setOpType("Flatten").addInput(pooled).addOutput(name(value));
  }

  private void upsample(int x, int factor, int value) {
    var scales = Tensor.floats(List.of(4L), 1, 1, factor, factor);
    node("Resize", value, x)
        .addInput("") // no region of interest
        .addInput(initializer(name(value) + ".scales", scales))
        .addAttribute(text("mode", "nearest"))
        .addAttribute(text("coordinate_transformation_mode", "asymmetric"))
        .addAttribute(text("nearest_mode", "floor"));
  }

  private void unflatten(int x, int channels, int size, int value) {
    var shape = Tensor.longs(List.of(4L), -1, channels, size, size);
    node("Reshape", value, x).addInput(initializer(name(value) + ".shape", shape));
  }

  private Onnx.Node.Builder node(String operator, int value, int... inputs) {
    var node = graph.addNodeBuilder().setOpType(operator).addOutput(name(value));
    for (var x : inputs) {
      node.addInput(name(x));
    }
    return node;
  }

  private Onnx.Node.Builder addWeights(Onnx.Node.Builder node, String layer, Affine affine) {
    node.setName(layer).addInput(initializer(layer + ".weight", affine.weight()));
    var bias = affine.bias();
    return bias == null ? node : node.addInput(initializer(layer + ".bias", bias));
  }

  /// A parameter of the network, which several layers may read.
  private String parameter(String name) {
    return initializer(name, weight(name));
  }

  private SequenceOperators sequences() {
    if (sequences == null) {
      throw new IllegalArgumentException("network: has layers for text (expected: for images)");
    }
    return sequences;
  }

  /// Of a value that a linear map made, if need be some layers before.
  private int width(int value) {
    return switch (maker(value)) {
      case Linear linear -> linear.out();
      case Rotary rotary -> width(rotary.input());
      default ->
          throw new IllegalArgumentException(
              "value %d: its width is unknown (expected: a linear map's)".formatted(value));
    };
  }

  private String initializer(String name, Tensor tensor) {
    if (!initializers.add(name)) {
      return name;
    }
    var initializer =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(
                switch (tensor.type()) {
                  case F32 -> Onnx.ElementType.FLOAT_VALUE;
                  case I64 -> Onnx.ElementType.INT64_VALUE;
                  case F16, BF16 ->
                      throw new IllegalArgumentException(
                          "tensor %s: %s (expected: F32 or I64)".formatted(name, tensor.type()));
                })
            .addAllDims(tensor.shape());
    if (data == null) {
      initializer.setRawData(UnsafeByteOperations.unsafeWrap(tensor.data()));
    } else {
      data.place(initializer, tensor);
    }
    return name;
  }

  private static Onnx.Attribute text(String name, String value) {
    return Onnx.Attribute.newBuilder()
        .setName(name)
        .setType(Onnx.Attribute.Type.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static Onnx.Attribute ints(String name, long... values) {
    var attribute = Onnx.Attribute.newBuilder().setName(name).setType(Onnx.Attribute.Type.INTS);
    for (var value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private Affine affine(Convolution layer) {
    return new Affine(
        weight(layer.name() + ".weight"), layer.bias() ? weight(layer.name() + ".bias") : null);
  }

  private Affine affine(Linear layer) {
    return new Affine(
        weight(layer.name() + ".weight"), layer.bias() ? weight(layer.name() + ".bias") : null);
  }

  private float[] floats(String name) {
    return weight(name).floats();
  }

  private Tensor weight(String name) {
    var tensor = weights.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "weights: no %s (expected: every parameter of the network)".formatted(name));
    }
    return tensor;
  }

  /// Whether a convolution or linear map makes a value that only a batch normalisation reads, so
  /// that nobody needs it as it is.
  private boolean vanishes(int value) {
    if (value == 0 || !(maker(value) instanceof Convolution || maker(value) instanceof Linear)) {
      return false;
    }
    var readers =
        network.layers().stream().filter(layer -> layer.inputs().contains(value)).toList();
    return readers.size() == 1 && readers.getFirst() instanceof BatchNorm;
  }

  private Layer maker(int value) {
    return network.layers().get(value - 1);
  }

  private String name(int value) {
    if (value == 0) {
      return input;
    }
    return value == network.layers().size() ? output : "value" + value;
  }
}
