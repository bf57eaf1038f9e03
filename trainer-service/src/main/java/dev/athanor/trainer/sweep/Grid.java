package dev.athanor.trainer.sweep;

import static java.util.Objects.requireNonNull;

import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// All combinations of some fields' values. Cells are numbered from 0, the last field's value
/// changing with every cell.
record Grid(List<Axis> axes) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  Grid {
    axes = List.copyOf(axes);
    if (axes.isEmpty()) {
      throw Problem.unprocessable("grid: empty (expected: one field at least)");
    }
    requireApart(axes);
  }

  private static void requireApart(List<Axis> axes) {
    var seen = new HashSet<String>();
    var holding = new HashMap<String, String>(); // each field that holds one of those
    for (var axis : axes) {
      var own = axis.field();
      var other =
          Stream.concat(axis.holders().stream(), Stream.of(own))
              .filter(seen::contains)
              .findFirst()
              .orElse(holding.get(own));
      if (other != null) {
        throw Problem.unprocessable(
            "grid.%s: overlaps grid.%s (expected: fields of which none holds another)"
                .formatted(own, other));
      }
      seen.add(own);
      axis.holders().forEach(holder -> holding.putIfAbsent(holder, own));
    }
  }

  /// The grid of an object whose members are fields and lists of their values.
  static Grid of(JsonNode node) {
    if (!(node instanceof ObjectNode fields)) {
      throw Problem.unprocessable(
          "grid: %s (expected: an object of fields, each with a list of values)"
              .formatted(node.isMissingNode() ? "missing" : Problem.quote(node.toString())));
    }
    var axes = new ArrayList<Axis>();
    for (var field : fields.properties()) {
      if (!(field.getValue() instanceof ArrayNode values)) {
        throw Problem.unprocessable(
            "grid.%s: %s (expected: a list of values)"
                .formatted(
                    Problem.quote(field.getKey()), Problem.quote(field.getValue().toString())));
      }
      axes.add(new Axis(field.getKey(), values.valueStream().toList()));
    }
    return new Grid(axes);
  }

  static Grid ofStored(String document) {
    return of(JSON.readTree(document));
  }

  String toJson() {
    var fields = JSON.createObjectNode();
    axes.forEach(axis -> fields.putArray(axis.field()).addAll(axis.values()));
    return fields.toString();
  }

  /// How many cells there are; [Long#MAX_VALUE] where that is not enough to count them.
  long size() {
    long size = 1;
    for (var axis : axes) {
      long more = axis.values().size();
      size = size > Long.MAX_VALUE / more ? Long.MAX_VALUE : size * more;
    }
    return size;
  }

  /// The axis of `field`, whose name a caller gave as `parameter`.
  Axis axis(String parameter, String field) {
    return axes.stream()
        .filter(axis -> axis.field().equals(field))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "%s: %s (expected: one of %s)"
                        .formatted(
                            parameter,
                            Problem.quote(field),
                            axes.stream().map(Axis::field).toList())));
  }

  /// The values of a cell by field, in the order of the fields.
  SequencedMap<String, JsonNode> values(int cell) {
    var values = new LinkedHashMap<String, JsonNode>();
    int rest = cell;
    for (var axis : axes.reversed()) {
      int many = axis.values().size();
      values.putFirst(axis.field(), axis.values().get(rest % many));
      rest /= many;
    }
    return values;
  }

  /// The spec of a cell.
  ObjectNode spec(ObjectNode base, int cell) {
    var spec = base.deepCopy();
    var values = values(cell);
    for (var axis : axes) {
      axis.put(requireNonNull(values.get(axis.field())).deepCopy(), spec);
    }
    return spec;
  }
}
