package dev.athanor.embedding.index;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.name.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Entries that a caller adds in one call.
record NewEntries(@Nullable List<@Nullable NewEntry> entries) {
  static final int LONGEST_ID = 200;
  static final int LONGEST_LABEL = 200;
  static final int MOST_LABELS = 16;

  /// @param vector as it is, or
  /// @param image a file as base64 or a data URI, for the index's model, or
  /// @param text for the index's model
  /// @param labels to filter by
  /// @param payload any JSON, given back with the entry
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record NewEntry(
      @Nullable String id,
      float @Nullable [] vector,
      @Nullable String image,
      @Nullable String text,
      @Nullable Map<String, @Nullable String> labels,
      @Nullable JsonNode payload) {}

  /// An entry that lacks nothing but its vector.
  record Checked(
      String id, Given given, SortedMap<String, String> labels, @Nullable String payload) {}

  /// @param most entries
  /// @param longestPayload in bytes
  List<Checked> check(int most, long longestPayload) {
    if (entries == null || entries.isEmpty() || entries.size() > most) {
      throw Problem.badRequest(
          "entries: %d (expected: 1 to %d)".formatted(entries == null ? 0 : entries.size(), most));
    }
    var seen = new HashSet<String>();
    var checked = new ArrayList<Checked>();
    for (int i = 0; i < entries.size(); i++) {
      var where = "entries[%d].".formatted(i);
      var entry = entries.get(i);
      if (entry == null) {
        throw Problem.badRequest("entries[%d]: null (expected: an object)".formatted(i));
      }
      var id = id(where + "id", entry.id());
      if (!seen.add(id)) {
        throw Problem.badRequest(
            "%sid: %s is there twice (expected: once in a call)"
                .formatted(where, Problem.quote(id)));
      }
      checked.add(
          new Checked(
              id,
              Given.of(where, entry.vector(), entry.image(), entry.text()),
              labels(where + "labels", entry.labels()),
              payload(where + "payload", entry.payload(), longestPayload)));
    }
    return checked;
  }

  static String id(String field, @Nullable String id) {
    if (id == null || id.isEmpty() || id.length() > LONGEST_ID) {
      throw Problem.badRequest(
          "%s: %s (expected: 1 to %d characters)".formatted(field, Problem.quote(id), LONGEST_ID));
    }
    return id;
  }

  private static SortedMap<String, String> labels(
      String field, @Nullable Map<String, @Nullable String> labels) {
    var checked = new TreeMap<String, String>();
    if (labels == null) {
      return checked;
    }
    if (labels.size() > MOST_LABELS) {
      throw Problem.badRequest(
          "%s: %d (expected: at most %d)".formatted(field, labels.size(), MOST_LABELS));
    }
    labels.forEach(
        (name, value) -> checked.put(Names.check(field, name), value(field, name, value)));
    return checked;
  }

  static String value(String field, String name, @Nullable String value) {
    if (value == null || value.length() > LONGEST_LABEL) {
      throw Problem.badRequest(
          "%s.%s: %s (expected: a text of at most %d characters)"
              .formatted(field, name, Problem.quote(value), LONGEST_LABEL));
    }
    return value;
  }

  private static @Nullable String payload(String field, @Nullable JsonNode payload, long longest) {
    if (payload == null || payload.isNull()) {
      return null;
    }
    var text = payload.toString();
    long bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > longest) {
      throw Problem.tooLarge(
          "%s: %d bytes (expected: at most %d)".formatted(field, bytes, longest));
    }
    return text;
  }
}
