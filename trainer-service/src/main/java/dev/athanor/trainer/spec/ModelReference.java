package dev.athanor.trainer.spec;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.name.Names;

/// A version of a published model, as callers name it: `name@3`, `name@production`, or `name` for
/// its latest.
///
/// @param version a number or an alias
public record ModelReference(String name, String version) {
  private static final String LATEST = "latest";

  /// @param field names the reference in messages
  public static ModelReference of(String field, String text) {
    int at = text.indexOf('@');
    var name = at < 0 ? text : text.substring(0, at);
    var version = at < 0 ? LATEST : text.substring(at + 1);
    try {
      return new ModelReference(Names.check(field, name), Names.check(field, version));
    } catch (Problem malformed) {
      throw Problem.unprocessable(
          "%s: %s (expected: a model and its version or alias, such as simclr@3)"
              .formatted(field, Problem.quote(text)));
    }
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
