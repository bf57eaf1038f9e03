package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Filter;
import dev.athanor.platform.error.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a caller looks for.
///
/// @param vector as it is, or
/// @param image a file as base64 or a data URI, for the index's model, or
/// @param text for the index's model
/// @param k how many neighbours; 10 by default
/// @param candidates that the graph's search keeps (ef); more finds more of the true neighbours and
///   takes longer. By default 2 k, and 100 at least
/// @param exact compare with every vector; false by default
/// @param filter by label, the value or the values of which one must fit
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record NearestQuery(
    float @Nullable [] vector,
    @Nullable String image,
    @Nullable String text,
    @Nullable Integer k,
    @Nullable Integer candidates,
    @Nullable Boolean exact,
    @Nullable Map<String, JsonNode> filter) {
  private static final int K = 10;
  private static final int LEAST_CANDIDATES = 100;

  record Checked(Given given, int k, int candidates, boolean exact, Filter filter) {}

  Checked check(IndexProperties bounds) {
    int wanted = k == null ? K : k;
    if (wanted < 1 || wanted > bounds.k()) {
      throw Problem.badRequest("k: %d (expected: 1 to %d)".formatted(wanted, bounds.k()));
    }
    int considered =
        candidates == null
            ? Math.min(Math.max(2 * wanted, LEAST_CANDIDATES), bounds.candidates())
            : candidates;
    if (considered < wanted || considered > bounds.candidates()) {
      throw Problem.badRequest(
          "candidates: %d (expected: %d to %d)".formatted(considered, wanted, bounds.candidates()));
    }
    return new Checked(
        Given.of("", vector, image, text),
        wanted,
        considered,
        Boolean.TRUE.equals(exact),
        FilterField.read(filter));
  }
}
