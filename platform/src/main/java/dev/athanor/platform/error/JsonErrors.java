package dev.athanor.platform.error;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// Says what is wrong with a JSON or YAML document in the document's own terms: the field, its
/// value, what was expected.
public final class JsonErrors {
  private JsonErrors() {}

  /// The message for the innermost Jackson failure in `failure`'s chain of causes.
  public static String describe(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabindException unreadable && rootIsArgument(unreadable)) {
        return String.valueOf(root(unreadable).getMessage());
      }
      if (cause instanceof UnrecognizedPropertyException unknown) {
        return "%s: unknown field (expected: one of %s)"
            .formatted(path(unknown), unknown.getKnownPropertyIds());
      }
      if (cause instanceof InvalidFormatException format) {
        return "%s: %s (expected: %s)"
            .formatted(
                path(format),
                Problem.quote(String.valueOf(format.getValue())),
                expected(format.getTargetType()));
      }
      if (cause instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
        return "%s: does not fit (expected: %s)"
            .formatted(path(mismatch), expected(mismatch.getTargetType()));
      }
      if (cause instanceof StreamConstraintsException beyond) { // it has no location
        return "document: " + beyond.getOriginalMessage();
      }
      if (cause instanceof JacksonException syntax) {
        var at = syntax.getLocation();
        return "not readable at line %d, column %d: %s"
            .formatted(
                at.getLineNr(), at.getColumnNr(), Problem.quote(syntax.getOriginalMessage()));
      }
    }
    return "the body is missing or unreadable (expected: a JSON document)";
  }

  private static boolean rootIsArgument(DatabindException failure) {
    return root(failure) instanceof IllegalArgumentException || root(failure) instanceof Problem;
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private static String path(DatabindException failure) {
    return failure.getPath().isEmpty()
        ? "document"
        : failure.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? "[" + step.getIndex() + "]"
                        : step.getPropertyName())
            .collect(Collectors.joining("."));
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + java.util.Arrays.toString(type.getEnumConstants());
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class
        || type == float.class
        || type == Double.class
        || type == Float.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return Iterable.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
  }
}
