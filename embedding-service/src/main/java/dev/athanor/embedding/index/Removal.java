package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Change;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which entries a caller deletes: those with these ids, or those with these labels.
record Removal(@Nullable List<@Nullable String> ids, @Nullable Map<String, JsonNode> filter) {

  /// @param most ids
  Change change(int most) {
    if ((ids == null) == (filter == null)) {
      throw Problem.badRequest(
          "ids, filter: %s (expected: one of them)".formatted(ids == null ? "neither" : "both"));
    }
    if (ids == null) {
      var which = FilterField.read(filter);
      if (which.isNone()) {
        throw Problem.badRequest("filter: no label (expected: one at least)");
      }
      return new Change.DeleteMatching(which);
    }
    if (ids.isEmpty() || ids.size() > most) {
      throw Problem.badRequest("ids: %d (expected: 1 to %d)".formatted(ids.size(), most));
    }
    var checked = new ArrayList<String>();
    for (int i = 0; i < ids.size(); i++) {
      checked.add(NewEntries.id("ids[%d]".formatted(i), ids.get(i)));
    }
    return new Change.Delete(checked);
  }
}
