package dev.athanor.platform.name;

import dev.athanor.platform.error.Problem;
import java.util.regex.Pattern;

/// Names of datasets, models, aliases and runs. They are safe as path segments, object keys and
/// Kafka keys.
public final class Names {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private Names() {}

  /// Returns `name`, or throws a 400 that names `what` it should have been the name of.
  public static String check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw Problem.badRequest(
          "%s: %s (expected: %s)".formatted(what, Problem.quote(name), NAME.pattern()));
    }
    return name;
  }
}
