package dev.athanor.embedding.caller;

import dev.athanor.platform.error.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How much a caller minds to wait.
public enum Urgency {
  /// Somebody waits for the answer. What a caller is who says nothing.
  INTERACTIVE,
  /// Nobody does: a data set is being embedded, an index built. Gives way, but is never starved.
  BULK;

  /// What headers and metadata say: `interactive` or `bulk`.
  static Urgency parse(String field, @Nullable String sent) {
    return switch (sent == null ? "interactive" : sent) {
      case "interactive" -> INTERACTIVE;
      case "bulk" -> BULK;
      case String other ->
          throw Problem.badRequest(
              "%s: %s (expected: interactive or bulk)".formatted(field, Problem.quote(other)));
    };
  }

  /// The same of a request that may have been refused before its class was read.
  public static Urgency orInteractive(@Nullable String sent) {
    return BULK.label().equals(sent) ? BULK : INTERACTIVE;
  }

  /// As callers spell it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
