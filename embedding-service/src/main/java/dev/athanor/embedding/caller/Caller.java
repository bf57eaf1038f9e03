package dev.athanor.embedding.caller;

import dev.athanor.platform.name.Names;
import org.jspecify.annotations.Nullable;

/// One party among which the service is shared fairly.
///
/// @param name that it gave itself, or the address that it calls from, at the gateway where it
///   calls through that
public record Caller(String name, Urgency urgency) {
  /// The header, and the gRPC metadata, by which a caller names itself.
  public static final String NAME = "x-athanor-caller";

  /// The header, and the gRPC metadata, that names the class: `interactive` or `bulk`.
  public static final String PRIORITY = "x-athanor-priority";

  static Caller of(@Nullable String name, String address, @Nullable String priority) {
    return new Caller(
        name == null ? address : Names.check(NAME, name), Urgency.parse(PRIORITY, priority));
  }
}
