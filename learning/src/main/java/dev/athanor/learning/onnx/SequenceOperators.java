package dev.athanor.learning.onnx;

import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.learning.layer.Layer.Attention;
import dev.athanor.learning.layer.Layer.AttentionMask;
import dev.athanor.learning.layer.Layer.Embedding;
import dev.athanor.learning.layer.Layer.Gelu;
import dev.athanor.learning.layer.Layer.LayerNorm;
import dev.athanor.learning.layer.Layer.Linear;
import dev.athanor.learning.layer.Layer.MeanPool;
import dev.athanor.learning.layer.Layer.PositionEmbedding;
import dev.athanor.learning.layer.Layer.RmsNorm;
import dev.athanor.learning.layer.Layer.Rotary;
import dev.athanor.learning.layer.Layer.RotaryTable;
import dev.athanor.learning.layer.Layer.SwiGlu;
import dev.athanor.learning.layer.Layer.Unembedding;
import dev.athanor.learning.safetensors.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// Layers on sequences `(batch, sequence, width)` as ONNX operators.
///
/// Unlike in training, padding is what the attention mask says, before or behind the tokens, and in
/// a graph with a cache the keys are those of all tokens so far, `total` of them.
final class SequenceOperators {

  private final Onnx.Graph.Builder graph;
  private final TextInputs inputs;
  private final IntFunction<String> names;
  private final UnaryOperator<String> parameters;
  private final Set<String> constants = new HashSet<>();
  private int attentions;

  /// @param names of values
  /// @param parameters writes a parameter into the graph, once, and gives its name
  SequenceOperators(
      Onnx.Graph.Builder graph,
      TextInputs inputs,
      IntFunction<String> names,
      UnaryOperator<String> parameters) {
    this.graph = graph;
    this.inputs = inputs;
    this.names = names;
    this.parameters = parameters;
  }

  void embedding(Embedding layer, int value) {
    node("Gather", name(value), weight(layer.name()), inputs.ids());
  }

  void positions(PositionEmbedding layer, int value) {
    var v = name(value);
    node("Slice", v + ".rows", weight(layer.name()), longs(0), length(v), longs(0));
    node("Add", v, name(layer.input()), v + ".rows");
  }

  void linear(Linear layer, int value) {
    var v = name(value);
    node("Transpose", v + ".weight", weight(layer.name())).addAttribute(ints("perm", 1, 0));
    if (layer.bias()) {
      node("MatMul", v + ".product", name(layer.input()), v + ".weight");
      node("Add", v, v + ".product", parameters.apply(layer.name() + ".bias"));
    } else {
      node("MatMul", v, name(layer.input()), v + ".weight");
    }
  }

  void unembedding(Unembedding layer, int value) {
    var v = name(value);
    node("Transpose", v + ".weight", weight(layer.embedding())).addAttribute(ints("perm", 1, 0));
    node("MatMul", v, name(layer.input()), v + ".weight");
  }

  void layerNorm(LayerNorm layer, int value) {
    node(
            "LayerNormalization",
            name(value),
            name(layer.input()),
            weight(layer.name()),
            parameters.apply(layer.name() + ".bias"))
        .addAttribute(integer("axis", -1))
        .addAttribute(real("epsilon", LayerNorm.EPSILON));
  }

  void rmsNorm(RmsNorm layer, int value) {
    var v = name(value);
    var x = name(layer.input());
    node("Mul", v + ".squares", x, x);
    node("ReduceMean", v + ".mean", v + ".squares").addAttribute(ints("axes", -1));
    node("Add", v + ".above", v + ".mean", floats((float) layer.epsilon()));
    node("Sqrt", v + ".root", v + ".above");
    node("Div", v + ".unit", x, v + ".root");
    node("Mul", v, v + ".unit", weight(layer.name()));
  }

  /// Cosines and sines, (batch or 1, sequence, 1, headSize / 2) each.
  void rotaryTable(RotaryTable layer, int value) {
    var v = name(value);
    var positions = inputs.positions();
    if (positions == null) {
      node("Squeeze", v + ".length", length(v), longs(0));
      node("Range", v + ".range", scalar(0), v + ".length", scalar(1));
      node("Unsqueeze", v + ".positions", v + ".range", longs(0));
      positions = v + ".positions";
    }
    node("Cast", v + ".floats", positions)
        .addAttribute(integer("to", Onnx.ElementType.FLOAT_VALUE));
    node("Unsqueeze", v + ".column", v + ".floats", longs(2, 3)); // (batch, sequence, 1, 1)
    var frequencies = v + ".frequencies";
    var numbers = layer.frequencies();
    initializer(frequencies, Tensor.floats(List.of((long) numbers.length), numbers));
    node("Mul", v + ".angles", v + ".column", frequencies);
    node("Cos", v + ".cosines", v + ".angles");
    node("Sin", v + ".sines", v + ".angles");
  }

  void rotary(Rotary layer, int width, int value) {
    var v = name(value);
    var table = name(layer.table());
    var cosines = table + ".cosines";
    var sines = table + ".sines";
    var size = width / layer.heads();
    node("Reshape", v + ".heads", name(layer.input()), longs(0, 0, layer.heads(), size));
    node("Split", v + ".first", v + ".heads")
        .addOutput(v + ".second")
        .addAttribute(integer("axis", 3));
    node("Mul", v + ".firstStays", v + ".first", cosines);
    node("Mul", v + ".secondTurns", v + ".second", sines);
    node("Mul", v + ".secondStays", v + ".second", cosines);
    node("Mul", v + ".firstTurns", v + ".first", sines);
    node("Sub", v + ".left", v + ".firstStays", v + ".secondTurns");
    node("Add", v + ".right", v + ".secondStays", v + ".firstTurns");
    node("Concat", v + ".turned", v + ".left", v + ".right").addAttribute(integer("axis", 3));
    node("Reshape", v, v + ".turned", longs(0, 0, width));
  }

  /// (batch, 1, 1 or sequence, total): 0 where a query may look, else very little.
  void mask(AttentionMask layer, int value) {
    var v = name(value);
    presence(v);
    node("Sub", v + ".missing", floats(1), v + ".present");
    node("Mul", v + ".hidden", v + ".missing", floats(AttentionMask.NEVER));
    node("Unsqueeze", layer.causal() ? v + ".padding" : v, v + ".hidden", longs(1, 2));
    if (layer.causal()) {
      future(v);
      node("Add", v, v + ".padding", v + ".future");
    }
  }

  /// softmax(q·kᵀ / √size + mask)·v with all keys so far.
  void attention(Attention layer, int width, int value) {
    var v = name(value);
    var size = width / layer.heads();
    var index = attentions++;
    heads(v + ".q", name(layer.queries()), layer.heads(), size);
    heads(v + ".newKeys", name(layer.keys()), layer.keyValueHeads(), size);
    heads(v + ".newValues", name(layer.values()), layer.keyValueHeads(), size);
    var keys = v + ".newKeys";
    var values = v + ".newValues";
    if (inputs.cache()) {
      keys = TextInputs.presentKey(index);
      values = TextInputs.presentValue(index);
      node("Concat", keys, TextInputs.pastKey(index), v + ".newKeys")
          .addAttribute(integer("axis", 2));
      node("Concat", values, TextInputs.pastValue(index), v + ".newValues")
          .addAttribute(integer("axis", 2));
    }
    keys = shared(v + ".keys", keys, layer, size);
    values = shared(v + ".values", values, layer, size);
    node("Mul", v + ".scaled", v + ".q", floats((float) (1 / Math.sqrt(size))));
    node("Transpose", v + ".kt", keys).addAttribute(ints("perm", 0, 1, 3, 2));
    node("MatMul", v + ".products", v + ".scaled", v + ".kt");
    node("Add", v + ".scores", v + ".products", name(layer.mask()));
    node("Softmax", v + ".weights", v + ".scores").addAttribute(integer("axis", -1));
    node("MatMul", v + ".mixed", v + ".weights", values);
    node("Transpose", v + ".beside", v + ".mixed").addAttribute(ints("perm", 0, 2, 1, 3));
    node("Reshape", v, v + ".beside", longs(0, 0, width));
  }

  /// x × (1 + erf(x / √2)) / 2.
  void gelu(Gelu layer, int value) {
    var v = name(value);
    var x = name(layer.input());
    node("Mul", v + ".scaled", x, floats((float) Math.sqrt(0.5)));
    node("Erf", v + ".erf", v + ".scaled");
    node("Add", v + ".above", v + ".erf", floats(1));
    node("Mul", v + ".double", x, v + ".above");
    node("Mul", v, v + ".double", floats(0.5f));
  }

  void swiGlu(SwiGlu layer, int value) {
    var v = name(value);
    node("Sigmoid", v + ".sigmoid", name(layer.gate()));
    node("Mul", v + ".silu", name(layer.gate()), v + ".sigmoid");
    node("Mul", v, v + ".silu", name(layer.up()));
  }

  void meanPool(MeanPool layer, int value) {
    var v = name(value);
    presence(v);
    node("Unsqueeze", v + ".column", v + ".present", longs(2));
    node("Mul", v + ".kept", name(layer.input()), v + ".column");
    node("ReduceSum", v + ".sum", v + ".kept", longs(1)).addAttribute(integer("keepdims", 0));
    node("ReduceSum", v + ".tokens", v + ".present", longs(1));
    node("Max", v + ".count", v + ".tokens", floats(1));
    node("Div", v, v + ".sum", v + ".count");
  }

  /// (batch, total), 1 where there is a token.
  private void presence(String v) {
    node("Cast", v + ".present", inputs.mask())
        .addAttribute(integer("to", Onnx.ElementType.FLOAT_VALUE));
  }

  /// (sequence, total): the new tokens are the last of all, and none sees one behind it.
  private void future(String v) {
    node("Shape", v + ".totals", inputs.mask()).addAttribute(integer("start", 1));
    node("Squeeze", v + ".total", v + ".totals", longs(0));
    node("Range", v + ".keys", scalar(0), v + ".total", scalar(1));
    node("Squeeze", v + ".new", length(v), longs(0));
    node("Sub", v + ".past", v + ".total", v + ".new");
    node("Range", v + ".queries", v + ".past", v + ".total", scalar(1));
    node("Unsqueeze", v + ".rows", v + ".queries", longs(1));
    node("Greater", v + ".later", v + ".keys", v + ".rows");
    node("Cast", v + ".laterOnes", v + ".later")
        .addAttribute(integer("to", Onnx.ElementType.FLOAT_VALUE));
    node("Mul", v + ".future", v + ".laterOnes", floats(AttentionMask.NEVER));
  }

  /// (batch, sequence, heads × size) → (batch, heads, sequence, size).
  private void heads(String v, String x, int heads, int size) {
    node("Reshape", v + ".split", x, longs(0, 0, heads, size));
    node("Transpose", v, v + ".split").addAttribute(ints("perm", 0, 2, 1, 3));
  }

  /// Every head of keys or values as often as heads of queries share it.
  private String shared(String v, String x, Attention layer, int size) {
    var share = layer.heads() / layer.keyValueHeads();
    if (share == 1) {
      return x;
    }
    node("Unsqueeze", v + ".single", x, longs(2));
    node("Expand", v + ".several", v + ".single", longs(1, 1, share, 1, 1));
    node("Reshape", v, v + ".several", longs(0, layer.heads(), -1, size));
    return v;
  }

  /// The number of new tokens, (1).
  private String length(String v) {
    node("Shape", v + ".lengths", inputs.ids()).addAttribute(integer("start", 1));
    return v + ".lengths";
  }

  private String weight(String layer) {
    return parameters.apply(layer + ".weight");
  }

  private Onnx.Node.Builder node(String operator, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private String floats(float value) {
    return constant("float." + value, Tensor.floats(List.of(), value));
  }

  private String scalar(long value) {
    return constant("scalar." + value, Tensor.longs(List.of(), value));
  }

  private String longs(long... values) {
    var name = new StringBuilder("longs");
    for (var value : values) {
      name.append('.').append(value);
    }
    return constant(name.toString(), Tensor.longs(List.of((long) values.length), values));
  }

  /// A constant, written once however often it is read.
  private String constant(String name, Tensor tensor) {
    if (constants.add(name)) {
      initializer(name, tensor);
    }
    return name;
  }

  private void initializer(String name, Tensor tensor) {
    graph
        .addInitializerBuilder()
        .setName(name)
        .setDataType(
            tensor.type() == Tensor.Type.I64
                ? Onnx.ElementType.INT64_VALUE
                : Onnx.ElementType.FLOAT_VALUE)
        .addAllDims(tensor.shape())
        .setRawData(UnsafeByteOperations.unsafeWrap(tensor.data()));
  }

  private static Onnx.Attribute integer(String name, long value) {
    return Onnx.Attribute.newBuilder()
        .setName(name)
        .setType(Onnx.Attribute.Type.INT)
        .setI(value)
        .build();
  }

  private static Onnx.Attribute real(String name, double value) {
    return Onnx.Attribute.newBuilder()
        .setName(name)
        .setType(Onnx.Attribute.Type.FLOAT)
        .setF((float) value)
        .build();
  }

  private static Onnx.Attribute ints(String name, long... values) {
    var attribute = Onnx.Attribute.newBuilder().setName(name).setType(Onnx.Attribute.Type.INTS);
    for (var value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private String name(int value) {
    return names.apply(value);
  }
}
