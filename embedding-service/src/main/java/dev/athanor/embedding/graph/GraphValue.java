package dev.athanor.embedding.graph;

import dev.athanor.platform.error.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An input or an output of a graph.
///
/// @param type of its elements, 0 where it is no tensor
/// @param shape null where the file says nothing; [#FREE] is any number
record GraphValue(String name, int type, @Nullable List<Long> shape) {
  static final long FREE = -1;

  /// As in `"pixels" float32 (?, 3, 32, 32)`.
  @Override
  public String toString() {
    var dimensions =
        shape == null
            ? "of any shape"
            : shape.stream()
                .map(size -> size == FREE ? "?" : size.toString())
                .collect(Collectors.joining(", ", "(", ")"));
    return "%s %s %s".formatted(Problem.quote(name), ElementType.name(type), dimensions);
  }
}
