package dev.athanor.embedding.embed;

import dev.athanor.platform.error.Problem;
import tools.jackson.databind.JsonNode;

/// A text's tokens as JSON: a list of whole numbers.
public final class TokenIds {
  private TokenIds() {}

  /// @param field names the list in messages
  public static long[] read(String field, JsonNode list) {
    var ids = new long[list.size()];
    for (int t = 0; t < ids.length; t++) {
      if (!list.get(t).isIntegralNumber() || !list.get(t).canConvertToLong()) {
        throw Problem.badRequest(
            "%s[%d]: %s (expected: a token id)"
                .formatted(field, t, Problem.quote(list.get(t).toString())));
      }
      ids[t] = list.get(t).longValue();
    }
    return ids;
  }
}
