package dev.athanor.embedding.catalogue;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.name.Names;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a caller names a model by: `name`, `name@alias` or `name@3`.
///
/// @param selector what stands behind the `@`: digits are a version, anything else an alias
public record ModelReference(String name, @Nullable String selector) {
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}");

  public ModelReference {
    Names.check("model", name);
    if (selector != null) {
      Names.check("model", selector);
    }
  }

  public static ModelReference parse(@Nullable String sent) {
    if (sent == null || sent.isEmpty()) {
      throw Problem.badRequest(
          "model: missing (expected: \"name\", \"name@alias\" or \"name@version\")");
    }
    int at = sent.indexOf('@');
    return at < 0
        ? new ModelReference(sent, null)
        : new ModelReference(sent.substring(0, at), sent.substring(at + 1));
  }

  OptionalInt version() {
    return selector != null && VERSION.matcher(selector).matches()
        ? OptionalInt.of(Integer.parseInt(selector))
        : OptionalInt.empty();
  }

  Optional<String> alias() {
    return version().isPresent() ? Optional.empty() : Optional.ofNullable(selector);
  }

  @Override
  public String toString() {
    return selector == null ? name : name + "@" + selector;
  }
}
