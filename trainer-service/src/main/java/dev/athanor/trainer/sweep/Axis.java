package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A field of the spec and the values that it takes in turn.
///
/// @param field where it stands in the spec, such as `optimiser.learningRate`
/// @param values each another; whatever the field may hold, objects too
record Axis(String field, List<JsonNode> values) {
  private static final Pattern FIELD =
      Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}(\\.[A-Za-z][A-Za-z0-9]{0,62}){0,7}");

  Axis {
    if (!FIELD.matcher(field).matches()) {
      throw Problem.unprocessable(
          "grid: %s (expected: a field of the spec, such as optimiser.learningRate)"
              .formatted(Problem.quote(field)));
    }
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw Problem.unprocessable("grid.%s: empty (expected: one value at least)".formatted(field));
    }
    var seen = new HashSet<JsonNode>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        throw Problem.unprocessable(
            "grid.%s[%d]: %s once more (expected: each value once)"
                .formatted(field, i, Problem.quote(values.get(i).toString())));
      }
    }
  }

  /// Puts a value where the field stands, instead of what stood there.
  void put(JsonNode value, ObjectNode spec) {
    var steps = field.split("\\.");
    var at = spec;
    for (int i = 0; i < steps.length - 1; i++) {
      var below = at.get(steps[i]);
      if (below == null) {
        below = at.putObject(steps[i]);
      }
      if (!(below instanceof ObjectNode inner)) {
        throw Problem.unprocessable(
            "grid.%s: %s is %s in the spec (expected: an object)"
                .formatted(
                    field,
                    String.join(".", List.of(steps).subList(0, i + 1)),
                    Problem.quote(below.toString())));
      }
      at = inner;
    }
    at.set(steps[steps.length - 1], value);
  }

  /// The fields that hold this one, the outermost first.
  List<String> holders() {
    return IntStream.range(0, field.length())
        .filter(at -> field.charAt(at) == '.')
        .mapToObj(at -> field.substring(0, at))
        .toList();
  }
}
