package dev.athanor.embedding.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.embedding.graph.WireReader.Fields;
import dev.athanor.platform.error.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads an ONNX file and refuses what no uploaded model may have: operators that are not the
/// runtime's own, data in other files (but for the one of a large model that was made here), more
/// nodes than anybody needs. Field numbers are those of onnx.proto, IR version 13.
final class GraphReader {
  /// The largest exports of published encoders have some ten thousand.
  static final int MOST_NODES = 100_000;

  private static final int DEEPEST_SUBGRAPH = 16;
  private static final int MOST_NAME_CHARACTERS = 32 << 20;
  private static final int MOST_VALUES = 1000;
  private static final long EXTERNAL = 1;
  private static final long NO_FILE = -1;

  /// ONNX's own operators, classical machine learning, and those that ONNX Runtime adds.
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

  /// Loads compiled code for an accelerator, also from another file.
  private static final Set<String> REFUSED = Set.of("EPContext");

  private final WireReader wire;

  /// Bytes of the file beside it that initialisers may lie in, or [#NO_FILE].
  private final long beside;

  private final Set<String> initialisers = new HashSet<>();
  private final List<GraphValue> inputs = new ArrayList<>();
  private final List<GraphValue> outputs = new ArrayList<>();
  private long irVersion;
  private long operatorSet;
  private boolean hasGraph;
  private int nodes;
  private int subgraphs;
  private long nameCharacters;

  private GraphReader(InputStream file, long beside) {
    this.wire = new WireReader(file);
    this.beside = beside;
  }

  /// @throws GraphRefused saying what is wrong with the file
  static Graph read(Path file) throws IOException {
    return readBeside(file, NO_FILE);
  }

  /// @throws GraphRefused saying what is wrong with the file
  static Graph read(InputStream file) throws IOException {
    return read(file, NO_FILE);
  }

  /// A graph whose initialisers may lie in one file beside it, of so many bytes.
  ///
  /// @throws GraphRefused saying what is wrong with the graph
  static Graph readBeside(Path file, long bytes) throws IOException {
    try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return read(stream, bytes);
    }
  }

  private static Graph read(InputStream file, long beside) throws IOException {
    try {
      return new GraphReader(file, beside).read();
    } catch (InvalidProtocolBufferException broken) {
      throw new GraphRefused(
          "model.onnx: truncated or no ONNX file: %s (expected: a whole one)"
              .formatted(broken.getMessage()));
    }
  }

  private Graph read() throws IOException {
    wire.message(
        new Fields() {
          @Override
          boolean bytes(int field) throws IOException {
            return switch (field) {
              case 7 -> wire.nested(graph(true));
              case 8 -> wire.nested(operatorSet());
              case 25 -> wire.nested(function());
              default -> false;
            };
          }

          @Override
          void number(int field, long value) {
            if (field == 1) {
              irVersion = value;
            }
          }
        });
    if (!hasGraph) {
      throw new GraphRefused("model.onnx: no graph in it (expected: an ONNX file)");
    }
    var free = inputs.stream().filter(input -> !initialisers.contains(input.name())).toList();
    return new Graph(irVersion, operatorSet, free, List.copyOf(outputs), nodes);
  }

  private Fields operatorSet() {
    return new Fields() {
      private String domain = "";
      private long version;

      @Override
      boolean bytes(int field) throws IOException {
        if (field == 1) {
          domain = wire.name();
          keep();
        }
        return field == 1;
      }

      @Override
      void number(int field, long value) {
        if (field == 2) {
          version = value;
          keep();
        }
      }

      private void keep() {
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
          operatorSet = version;
        }
      }
    };
  }

  private Fields function() {
    return new Fields() {
      @Override
      boolean bytes(int field) throws IOException {
        return switch (field) {
          case 7 -> node();
          case 11 -> defaultOfAttribute();
          default -> false;
        };
      }
    };
  }

  private boolean defaultOfAttribute() throws IOException {
    var function = new Operator();
    attribute(function);
    if (function.external != null) {
      refuseExternal(function.external, null);
    }
    return true;
  }

  /// @param main whether it is the model's own, and no operator's
  private Fields graph(boolean main) {
    hasGraph = true;
    return new Fields() {
      @Override
      boolean bytes(int field) throws IOException {
        return switch (field) {
          case 1 -> node();
          case 5 -> initialiser(main);
          case 15 -> sparse(main);
          case 11 -> main && value(inputs);
          case 12 -> main && value(outputs);
          default -> false;
        };
      }
    };
  }

  private boolean initialiser(boolean main) throws IOException {
    var tensor = tensor();
    if (beside == NO_FILE || !tensor.external) {
      refuseExternal(tensor, null);
    } else {
      tensor.data.check(tensor.name, beside);
    }
    remember(main, tensor);
    return true;
  }

  private boolean sparse(boolean main) throws IOException {
    var tensor = sparseTensor();
    refuseExternal(tensor, null);
    remember(main, tensor);
    return true;
  }

  private void remember(boolean main, Tensor tensor) throws IOException {
    if (main && !tensor.name.isEmpty()) {
      nameCharacters += tensor.name.length();
      if (nameCharacters > MOST_NAME_CHARACTERS) {
        throw new GraphRefused(
            "model.onnx: names of tensors with more than %d characters (expected: fewer)"
                .formatted(MOST_NAME_CHARACTERS));
      }
      initialisers.add(tensor.name);
    }
  }

  /// What a message for people needs of a node.
  private static final class Operator {
    private String name = "";
    private String type = "";
    private String domain = "";
    private @Nullable Tensor external;

    @Override
    public String toString() {
      return "node %s: operator %s"
          .formatted(
              Problem.quote(name), Problem.quote(domain.isEmpty() ? type : domain + "." + type));
    }
  }

  private boolean node() throws IOException {
    if (++nodes > MOST_NODES) {
      throw new GraphRefused(
          "model.onnx: more than %d nodes (expected: at most so many)".formatted(MOST_NODES));
    }
    var operator = new Operator();
    wire.nested(
        new Fields() {
          @Override
          boolean bytes(int field) throws IOException {
            switch (field) {
              case 3 -> operator.name = wire.name();
              case 4 -> operator.type = wire.name();
              case 5 -> attribute(operator);
              case 7 -> operator.domain = wire.name();
              default -> {
                return false;
              }
            }
            return true;
          }
        });
    if (!DOMAINS.contains(operator.domain) || REFUSED.contains(operator.type)) {
      throw new GraphRefused(
          "%s (expected: one of ONNX, ai.onnx.ml or com.microsoft that needs no code of its own)"
              .formatted(operator));
    }
    if (operator.external != null) {
      refuseExternal(operator.external, operator);
    }
    return true;
  }

  private boolean attribute(Operator of) throws IOException {
    return wire.nested(
        new Fields() {
          @Override
          boolean bytes(int field) throws IOException {
            switch (field) {
              case 5, 10 -> note(tensor());
              case 22, 23 -> note(sparseTensor());
              case 6, 11 -> subgraph();
              default -> {
                return false;
              }
            }
            return true;
          }

          private void note(Tensor tensor) {
            if (tensor.external) {
              of.external = tensor;
            }
          }
        });
  }

  private void subgraph() throws IOException {
    if (++subgraphs > DEEPEST_SUBGRAPH) {
      throw new GraphRefused(
          "model.onnx: graphs within graphs, %d deep (expected: at most %d)"
              .formatted(subgraphs, DEEPEST_SUBGRAPH));
    }
    wire.nested(graph(false));
    subgraphs--;
  }

  private static final class Tensor {
    private final ExternalData data = new ExternalData();
    private String name = "";
    private boolean external;
  }

  private Tensor tensor() throws IOException {
    var tensor = new Tensor();
    wire.nested(
        new Fields() {
          @Override
          boolean bytes(int field) throws IOException {
            if (field == 8) {
              tensor.name = wire.name();
            } else if (field == 13) {
              tensor.external = true;
              return beside != NO_FILE && entry(tensor.data);
            }
            return field == 8;
          }

          @Override
          void number(int field, long value) {
            tensor.external |= field == 14 && value == EXTERNAL;
          }
        });
    return tensor;
  }

  private boolean entry(ExternalData of) throws IOException {
    var entry = new EntryFields();
    wire.nested(entry);
    of.add(entry.key, entry.value);
    return true;
  }

  private final class EntryFields extends Fields {
    private String key = "";
    private String value = "";

    @Override
    boolean bytes(int field) throws IOException {
      switch (field) {
        case 1 -> key = wire.name();
        case 2 -> value = wire.name();
        default -> {
          return false;
        }
      }
      return true;
    }
  }

  /// Its values have its name; values and indices may each be external.
  private Tensor sparseTensor() throws IOException {
    var whole = new Tensor();
    wire.nested(
        new Fields() {
          @Override
          boolean bytes(int field) throws IOException {
            if (field != 1 && field != 2) {
              return false;
            }
            var part = tensor();
            whole.name = field == 1 ? part.name : whole.name;
            whole.external |= part.external;
            return true;
          }
        });
    return whole;
  }

  private static void refuseExternal(Tensor tensor, @Nullable Operator of) throws IOException {
    if (tensor.external) {
      throw new GraphRefused(
          "tensor %s%s: its data lie in another file (expected: all within model.onnx)"
              .formatted(Problem.quote(tensor.name), of == null ? "" : " of " + of));
    }
  }

  private boolean value(List<GraphValue> into) throws IOException {
    var value = new ValueFields();
    wire.nested(value);
    if (initialisers.contains(value.name)) {
      return true; // before IR version 4 every weight was an input too
    }
    if (into.size() >= MOST_VALUES) {
      throw new GraphRefused(
          "model.onnx: more than %d inputs or outputs (expected: fewer)".formatted(MOST_VALUES));
    }
    into.add(new GraphValue(value.name, value.type, value.shape));
    return true;
  }

  private final class ValueFields extends Fields {
    private String name = "";
    private int type;
    private @Nullable List<Long> shape;

    @Override
    boolean bytes(int field) throws IOException {
      return switch (field) {
        case 1 -> {
          name = wire.name();
          yield true;
        }
        case 2 -> wire.nested(only(1, () -> wire.nested(tensorType())));
        default -> false;
      };
    }

    private Fields tensorType() {
      return new Fields() {
        @Override
        boolean bytes(int field) throws IOException {
          if (field == 2) {
            shape = new ArrayList<>();
            wire.nested(only(1, () -> wire.nested(dimension())));
          }
          return field == 2;
        }

        @Override
        void number(int field, long value) {
          if (field == 1) {
            type = (int) value;
          }
        }
      };
    }

    private Fields dimension() throws IOException {
      var sizes = Objects.requireNonNull(shape);
      if (sizes.size() >= MOST_VALUES) {
        throw new GraphRefused(
            "%s: more than %d dimensions (expected: fewer)"
                .formatted(Problem.quote(name), MOST_VALUES));
      }
      sizes.add(GraphValue.FREE);
      return new Fields() {
        @Override
        void number(int field, long value) {
          if (field == 1) {
            sizes.set(sizes.size() - 1, value);
          }
        }
      };
    }
  }

  @FunctionalInterface
  private interface Reading {
    boolean read() throws IOException;
  }

  /// Reads one field and skips the others.
  private static Fields only(int wanted, Reading reading) {
    return new Fields() {
      @Override
      boolean bytes(int field) throws IOException {
        return field == wanted && reading.read();
      }
    };
  }
}
