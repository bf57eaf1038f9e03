package dev.athanor.embedding.graph;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Holds a file against what ONNX Runtime can run and against what its card says.
public final class GraphCheck {
  /// What ONNX Runtime 1.28 takes; a test asks it.
  static final int OLDEST_IR_VERSION = 3;

  static final int NEWEST_IR_VERSION = 13;
  static final int OLDEST_OPERATOR_SET = 7;
  static final int NEWEST_OPERATOR_SET = 26;

  private GraphCheck() {}

  /// @throws GraphRefused naming the offender and what was expected
  public static void check(Path file, Card card) throws IOException {
    check(GraphReader.read(file), card);
  }

  /// Of a graph that was made here and has tensors in [EncoderVersion#DATA] beside it, and in no
  /// other file.
  ///
  /// @throws GraphRefused naming the offender and what was expected
  public static void checkBeside(Path file, Card card) throws IOException {
    long bytes = Files.size(file.resolveSibling(EncoderVersion.DATA));
    check(GraphReader.readBeside(file, bytes), card);
  }

  /// @throws GraphRefused naming the offender and what was expected
  static void check(Graph graph, Card card) throws GraphRefused {
    between("ir_version", graph.irVersion(), OLDEST_IR_VERSION, NEWEST_IR_VERSION);
    between(
        "opset_import of ai.onnx", graph.operatorSet(), OLDEST_OPERATOR_SET, NEWEST_OPERATOR_SET);
    var expected = inputs(card);
    for (var input : graph.inputs()) {
      var wanted =
          expected.stream()
              .filter(one -> one.name().equals(input.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new GraphRefused(
                          "input %s (expected: %s, as card.json says)".formatted(input, expected)));
      compare("input", input, wanted);
    }
    for (var wanted : expected) {
      find("input", graph.inputs(), wanted);
    }
    var output = output(card);
    compare("output", find("output", graph.outputs(), output), output);
  }

  private static void between(String what, long found, int oldest, int newest) throws GraphRefused {
    if (found < oldest || found > newest) {
      throw new GraphRefused("%s: %d (expected: %d to %d)".formatted(what, found, oldest, newest));
    }
  }

  private static List<GraphValue> inputs(Card card) {
    return switch (card.input()) {
      case Card.Pixels(var name, var image) ->
          List.of(
              tensor(
                  name,
                  ElementType.FLOAT,
                  GraphValue.FREE,
                  image.channels(),
                  image.height(),
                  image.width()));
      case Card.Tokens tokens -> {
        var inputs = new ArrayList<GraphValue>();
        inputs.add(ids(tokens.name()));
        inputs.add(ids(tokens.mask()));
        if (tokens.types() != null) {
          inputs.add(ids(tokens.types()));
        }
        yield inputs;
      }
    };
  }

  private static GraphValue ids(String name) {
    return tensor(name, ElementType.INT64, GraphValue.FREE, GraphValue.FREE);
  }

  private static GraphValue output(Card card) {
    var output = card.output();
    return output.pooling() == Card.Pooling.NONE
        ? tensor(output.name(), ElementType.FLOAT, GraphValue.FREE, output.dimensions())
        : tensor(
            output.name(),
            ElementType.FLOAT,
            GraphValue.FREE,
            GraphValue.FREE,
            output.dimensions());
  }

  private static GraphValue tensor(String name, int type, long... shape) {
    return new GraphValue(name, type, Arrays.stream(shape).boxed().toList());
  }

  private static GraphValue find(String what, List<GraphValue> among, GraphValue wanted)
      throws GraphRefused {
    return among.stream()
        .filter(value -> value.name().equals(wanted.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new GraphRefused(
                    "%ss: %s (expected: %s, as card.json says)"
                        .formatted(what, among.stream().limit(20).toList(), wanted)));
  }

  /// What the file leaves open may turn out as the card says; where it says a number instead of any
  /// number, batches or texts of other lengths would fail.
  private static void compare(String what, GraphValue found, GraphValue wanted)
      throws GraphRefused {
    var shape = found.shape();
    var expected = Objects.requireNonNull(wanted.shape());
    boolean fits =
        found.type() == wanted.type() && (shape == null || shape.size() == expected.size());
    for (int i = 0; fits && shape != null && i < shape.size(); i++) {
      fits = shape.get(i) == GraphValue.FREE || shape.get(i).equals(expected.get(i));
    }
    if (!fits) {
      throw new GraphRefused(
          "%s %s (expected: %s, where ? is any number%s)"
              .formatted(
                  what,
                  found,
                  wanted,
                  shape == null || shape.isEmpty() || shape.getFirst() == GraphValue.FREE
                      ? ""
                      : "; export it with dynamic axes"));
    }
  }
}
