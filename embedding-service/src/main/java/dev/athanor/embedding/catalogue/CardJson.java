package dev.athanor.embedding.catalogue;

import dev.athanor.platform.error.Problem;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A `card.json` whose members are read one by one, by JSON pointer. What does not fit is an
/// [IllegalArgumentException] that names the member and what was expected.
record CardJson(JsonNode root) {
  private static final JsonMapper JSON = JsonMapper.shared();

  static CardJson read(String text) {
    try {
      return new CardJson(JSON.readTree(text));
    } catch (JacksonException failure) {
      throw new IllegalArgumentException(
          "card.json: not readable (expected: a JSON object)", failure);
    }
  }

  boolean has(String pointer) {
    var found = root.at(pointer);
    return !found.isMissingNode() && !found.isNull();
  }

  String text(String pointer) {
    var found = at(pointer, "text");
    if (!found.isString() || found.stringValue().isEmpty()) {
      throw wrong(pointer, shown(found), "text");
    }
    return found.stringValue();
  }

  /// A text that is one of those that we know.
  String only(String pointer, String... known) {
    var expected = String.join(" or ", known);
    var found = at(pointer, expected);
    if (!found.isString() || !List.of(known).contains(found.stringValue())) {
      throw wrong(pointer, shown(found), expected);
    }
    return found.stringValue();
  }

  int whole(String pointer, int least, int most) {
    var expected =
        most == Integer.MAX_VALUE
            ? "a whole number >= %d".formatted(least)
            : "a whole number from %d to %d".formatted(least, most);
    var found = at(pointer, expected);
    if (!found.isInt() || found.intValue() < least || found.intValue() > most) {
      throw wrong(pointer, shown(found), expected);
    }
    return found.intValue();
  }

  /// A number that can only be this one.
  void number(String pointer, double only, String expected) {
    var found = at(pointer, expected);
    if (!found.isNumber() || Math.abs(found.doubleValue() - only) > 1e-9) {
      throw wrong(pointer, shown(found), expected);
    }
  }

  float[] numbers(String pointer) {
    var found = at(pointer, "a list of numbers");
    if (!found.isArray()) {
      throw wrong(pointer, shown(found), "a list of numbers");
    }
    var numbers = new float[found.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!found.get(i).isNumber()) {
        throw wrong(pointer, shown(found), "a list of numbers");
      }
      numbers[i] = (float) found.get(i).doubleValue();
    }
    return numbers;
  }

  boolean flag(String pointer) {
    var found = at(pointer, "true or false");
    if (!found.isBoolean()) {
      throw wrong(pointer, shown(found), "true or false");
    }
    return found.booleanValue();
  }

  private JsonNode at(String pointer, String expected) {
    if (!has(pointer)) {
      throw wrong(pointer, "missing", expected);
    }
    return root.at(pointer);
  }

  /// Anybody may have written the card, and the message goes into documents and logs.
  private static String shown(JsonNode found) {
    return found.isInt() || found.isDouble() || found.isBoolean()
        ? found.toString()
        : Problem.quote(found.isString() ? found.stringValue() : found.toString());
  }

  private static IllegalArgumentException wrong(String pointer, String found, String expected) {
    var field = pointer.substring(1).replace('/', '.');
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "card.json: %s: %s (expected: %s)", field, found, expected));
  }
}
