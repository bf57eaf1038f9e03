package dev.athanor.embedding.catalogue;

import dev.athanor.preprocessing.ImageInput;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What serving needs of a `card.json`: how an image becomes the encoder's tensor, and what comes
/// out. A card that asks for a treatment that `preprocessing` does not know is refused, because a
/// vector of wrongly treated pixels looks like any other vector.
///
/// @param kind `image-encoder`
/// @param inputName the graph's input, float32 `(N, channels, height, width)`
/// @param outputName the graph's output, float32 `(N, dimensions)`
public record Card(
    String kind, String inputName, ImageInput input, String outputName, int dimensions) {
  public static final String IMAGE_ENCODER = "image-encoder";

  private static final double SCALE = 1.0 / 255;
  private static final JsonMapper json = JsonMapper.shared();

  /// @throws IllegalArgumentException naming the field and what was expected
  public static Card parse(String text) {
    JsonNode card;
    try {
      card = json.readTree(text);
    } catch (JacksonException failure) {
      throw new IllegalArgumentException(
          "card.json: not readable (expected: a JSON object)", failure);
    }
    only(card, "/kind", Set.of(IMAGE_ENCODER));
    only(card, "/input/layout", Set.of("NCHW"));
    only(card, "/input/type", Set.of("float32"));
    only(card, "/input/resize", Set.of("shorter-side"));
    only(card, "/input/crop", Set.of("centre"));
    only(card, "/input/interpolation", Set.of("bilinear"));
    double scale = at(card, "/input/scale", "1/255").asDouble(0);
    if (Math.abs(scale - SCALE) > 1e-9) {
      throw wrong("/input/scale", String.valueOf(scale), "1/255");
    }
    var input =
        new ImageInput(
            whole(card, "/input/height"),
            whole(card, "/input/width"),
            whole(card, "/input/channels"),
            numbers(card, "/input/mean"),
            numbers(card, "/input/std"));
    return new Card(
        IMAGE_ENCODER,
        text(card, "/input/name"),
        input,
        text(card, "/output/name"),
        whole(card, "/output/dimensions"));
  }

  private static void only(JsonNode card, String pointer, Set<String> known) {
    var found = text(card, pointer);
    if (!known.contains(found)) {
      throw wrong(pointer, found, String.join(" or ", known));
    }
  }

  private static String text(JsonNode card, String pointer) {
    var found = at(card, pointer, "text");
    if (!found.isString() || found.stringValue().isEmpty()) {
      throw wrong(pointer, found.toString(), "text");
    }
    return found.stringValue();
  }

  private static int whole(JsonNode card, String pointer) {
    var found = at(card, pointer, "a whole number > 0");
    if (!found.isInt() || found.intValue() < 1) {
      throw wrong(pointer, found.toString(), "a whole number > 0");
    }
    return found.intValue();
  }

  private static float[] numbers(JsonNode card, String pointer) {
    var found = at(card, pointer, "a list of numbers");
    var numbers = new float[found.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!found.get(i).isNumber()) {
        throw wrong(pointer, found.toString(), "a list of numbers");
      }
      numbers[i] = (float) found.get(i).doubleValue();
    }
    return numbers;
  }

  private static JsonNode at(JsonNode card, String pointer, String expected) {
    var found = card.at(pointer);
    if (found.isMissingNode() || found.isNull()) {
      throw wrong(pointer, "missing", expected);
    }
    return found;
  }

  private static IllegalArgumentException wrong(String pointer, String found, String expected) {
    var field = pointer.substring(1).replace('/', '.');
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "card.json: %s: %s (expected: %s)", field, found, expected));
  }
}
