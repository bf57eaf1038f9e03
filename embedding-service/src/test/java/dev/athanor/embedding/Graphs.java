package dev.athanor.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// ONNX files, written by hand. Images are 3 × 4 × 4, vectors their 48 values unless a graph does
/// more.
public final class Graphs {
  public static final int SIZE = 4;
  public static final int DIMENSIONS = 3 * SIZE * SIZE;
  public static final int FLOAT = 1;
  public static final int INT64 = 7;
  public static final int BOOL = 9;

  private static final long ANY = -1;

  private Graphs() {}

  /// The caller's part of the card of these graphs.
  public static String card(int dimensions) {
    return """
        {"kind": "image-encoder",
         "input": {"name": "pixels", "layout": "NCHW", "type": "float32", "height": 4, "width": 4, "channels": 3,
           "resize": "shorter-side", "crop": "centre", "interpolation": "bilinear", "scale": 0.00392156862745098,
           "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
         "output": {"name": "embedding", "dimensions": %d}}"""
        .formatted(dimensions);
  }

  /// A file around a graph, for operator set 17.
  public static Wire model(Wire graph) {
    return model(8, 17, graph);
  }

  public static Wire model(long irVersion, long operatorSet, Wire graph) {
    return new Wire()
        .number(1, irVersion)
        .message(8, new Wire().number(2, operatorSet))
        .message(7, graph);
  }

  /// A graph from `pixels` to `embedding`, whose last nodes read `flat`, (N, 48).
  public static Wire encoder(Wire... nodes) {
    return encoderOf(shape(ANY, DIMENSIONS), nodes);
  }

  /// @param output the shape that the file says the output has; null to say none
  public static Wire encoderOf(long @Nullable [] output, Wire... nodes) {
    var graph =
        new Wire().message(1, node("Flatten", "flatten", "pixels > flat", integer("axis", 1)));
    Arrays.stream(nodes).forEach(node -> graph.message(1, node));
    return graph
        .text(2, "encoder")
        .message(11, value("pixels", FLOAT, ANY, 3, SIZE, SIZE))
        .message(12, value("embedding", FLOAT, output));
  }

  /// The plain encoder.
  public static Wire flat() {
    return encoder(node("Identity", "copy", "flat > embedding"));
  }

  public static long[] shape(long... shape) {
    return shape;
  }

  /// @param wiring `a b > c`: the names of what it reads and makes
  public static Wire node(String type, String name, String wiring, Wire... attributes) {
    var node = new Wire();
    var sides = wiring.split(" ?> ?", -1);
    if (!sides[0].isEmpty()) {
      Arrays.stream(sides[0].split(" ")).forEach(input -> node.text(1, input));
    }
    Arrays.stream(sides[1].split(" ")).forEach(output -> node.text(2, output));
    node.text(3, name).text(4, type);
    Arrays.stream(attributes).forEach(attribute -> node.message(5, attribute));
    return node;
  }

  public static Wire integer(String name, long value) {
    return new Wire().text(1, name).number(3, value).number(20, 2);
  }

  public static Wire integers(String name, long... values) {
    var attribute = new Wire().text(1, name);
    Arrays.stream(values).forEach(value -> attribute.number(8, value));
    return attribute.number(20, 7);
  }

  public static Wire graphAttribute(String name, Wire graph) {
    return new Wire().text(1, name).message(6, graph).number(20, 5);
  }

  public static Wire tensorAttribute(String name, Wire tensor) {
    return new Wire().text(1, name).message(5, tensor).number(20, 4);
  }

  /// A number as a node that makes it.
  public static Wire constant(String name, long value, long... dimensions) {
    return node(
        "Constant",
        name,
        "> " + name,
        tensorAttribute("value", int64(name + "-value", new long[] {value}, dimensions)));
  }

  public static Wire int64(String name, long[] values, long... dimensions) {
    var raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(raw::putLong);
    return tensor(name, INT64, dimensions).bytes(9, raw.array());
  }

  public static Wire tensor(String name, int type, long... dimensions) {
    var tensor = new Wire();
    Arrays.stream(dimensions).forEach(size -> tensor.number(1, size));
    return tensor.number(2, type).text(8, name);
  }

  /// @param shape null to say none; -1 is any number
  public static Wire value(String name, int type, long @Nullable ... shape) {
    var tensor = new Wire().number(1, type);
    if (shape != null) {
      var sizes = new Wire();
      for (long size : shape) {
        sizes.message(1, size == ANY ? new Wire().text(2, "N") : new Wire().number(1, size));
      }
      tensor.message(2, sizes);
    }
    return new Wire().text(1, name).message(2, new Wire().message(1, tensor));
  }

  /// Goes round `times` times.
  public static Wire loop(long times) {
    return loop(constant("times", times));
  }

  /// Goes round as often as a batch has rows, to the power of `power`, and once more as often: an
  /// even number of times, after which every row is what it was.
  public static Wire loopOfRows(long power) {
    return loop(
        node("Shape", "shape", "flat > shape"),
        constant("first", 0),
        node("Gather", "gather", "shape first > rows"),
        constant("power", power),
        node("Pow", "raise", "rows power > raised"),
        node("Add", "double", "raised raised > times"));
  }

  /// @param times nodes that make `times`
  private static Wire loop(Wire... times) {
    var body =
        new Wire()
            .message(1, node("Identity", "go-on", "goes > goes-on"))
            .message(1, node("Neg", "turn", "carried > turned"))
            .text(2, "body")
            .message(11, value("round", INT64))
            .message(11, value("goes", BOOL))
            .message(11, value("carried", FLOAT, ANY, DIMENSIONS))
            .message(12, value("goes-on", BOOL))
            .message(12, value("turned", FLOAT, ANY, DIMENSIONS));
    var loop =
        Stream.of(
            node(
                "Constant",
                "yes",
                "> yes",
                tensorAttribute("value", tensor("yes-value", BOOL).bytes(9, new byte[] {1}))),
            node("Loop", "loop", "times yes flat > embedding", graphAttribute("body", body)));
    return encoder(Stream.concat(Arrays.stream(times), loop).toArray(Wire[]::new));
  }
}
