package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Filter;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a filter: `{"colour": "red", "shape": ["disc", "ring"]}`, one value or a list of which any
/// will do.
final class FilterField {
  private static final String FIELD = "filter";
  private static final int MOST_VALUES = 100;

  private FilterField() {}

  static Filter read(@Nullable Map<String, JsonNode> filter) {
    if (filter == null || filter.isEmpty()) {
      return Filter.NONE;
    }
    if (filter.size() > NewEntries.MOST_LABELS) {
      throw Problem.badRequest(
          "filter: %d labels (expected: at most %d)"
              .formatted(filter.size(), NewEntries.MOST_LABELS));
    }
    var anyOf = new TreeMap<String, List<String>>();
    filter.forEach((label, values) -> anyOf.put(Names.check(FIELD, label), values(label, values)));
    return new Filter(anyOf);
  }

  private static List<String> values(String label, JsonNode sent) {
    var values = new ArrayList<String>();
    if (sent.isArray()) {
      sent.forEach(value -> values.add(value(label, value)));
    } else {
      values.add(value(label, sent));
    }
    if (values.isEmpty() || values.size() > MOST_VALUES) {
      throw Problem.badRequest(
          "filter.%s: %d values (expected: 1 to %d)".formatted(label, values.size(), MOST_VALUES));
    }
    return values;
  }

  private static String value(String label, JsonNode sent) {
    if (!sent.isString()) {
      throw Problem.badRequest(
          "filter.%s: %s (expected: a text or a list of texts)"
              .formatted(label, Problem.quote(sent.toString())));
    }
    return NewEntries.value(FIELD, label, sent.stringValue());
  }
}
