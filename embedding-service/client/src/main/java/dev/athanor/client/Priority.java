package dev.athanor.client;

import java.util.Locale;

/// How much a caller minds to wait.
public enum Priority {
  /// Somebody waits for the answer.
  INTERACTIVE,
  /// Nobody does. Gives way to interactive callers, but is never starved.
  BULK;

  /// As the service spells it.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
