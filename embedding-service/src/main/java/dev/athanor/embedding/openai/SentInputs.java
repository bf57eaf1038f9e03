package dev.athanor.embedding.openai;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.TokenIds;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads OpenAI's `input`, which means what the model reads: a string is a text for an encoder of
/// texts, even where it looks like a data URI, and an image for an encoder of images.
final class SentInputs {
  private static final Pattern DATA_URI = Pattern.compile("data:image/[a-z0-9.+-]{1,40};base64,");
  private static final String IMAGES =
      "an image as base64 or a data URI, an object that holds one, or a list of them";
  private static final String TEXTS =
      "a text, a list of texts, a list of token ids, or a list of such lists";

  private SentInputs() {}

  /// @param truncate whether texts that are too long are cut
  static List<Input> read(JsonNode input, Card card, boolean truncate) {
    return switch (card.input()) {
      case Card.Pixels _ -> each(input, input.isArray(), SentInputs::image);
      case Card.Tokens _ -> texts(input, truncate);
    };
  }

  private static List<Input> texts(JsonNode input, boolean truncate) {
    Reading text = (field, sent) -> new Input.Text(text(field, sent), truncate);
    Reading tokens = (field, sent) -> new Input.Tokens(tokens(field, sent), truncate);
    var first = input.path(0);
    if (first.isNumber()) {
      return each(input, false, tokens);
    }
    return each(input, input.isArray(), first.isArray() ? tokens : text);
  }

  private interface Reading {
    Input read(String field, JsonNode sent);
  }

  private static List<Input> each(JsonNode input, boolean several, Reading reading) {
    if (!several) {
      return List.of(reading.read("input", input));
    }
    var inputs = new ArrayList<Input>();
    for (int i = 0; i < input.size(); i++) {
      inputs.add(reading.read("input[%d]".formatted(i), input.get(i)));
    }
    return inputs;
  }

  private static Input image(String field, JsonNode sent) {
    var held = sent.isObject() ? held(sent) : sent;
    if (!held.isString()) {
      throw wrong(field, sent.toString(), IMAGES);
    }
    var text = held.stringValue();
    var prefix = DATA_URI.matcher(text);
    try {
      return new Input.Encoded(
          Base64.getDecoder().decode(prefix.lookingAt() ? text.substring(prefix.end()) : text));
    } catch (IllegalArgumentException notBase64) {
      throw wrong(field, text, IMAGES);
    }
  }

  private static JsonNode held(JsonNode object) {
    return object.has("image") ? object.path("image") : object.at("/image_url/url");
  }

  private static String text(String field, JsonNode sent) {
    if (!sent.isString()) {
      throw wrong(field, sent.toString(), TEXTS);
    }
    return sent.stringValue();
  }

  private static long[] tokens(String field, JsonNode sent) {
    if (!sent.isArray()) {
      throw wrong(field, sent.toString(), TEXTS);
    }
    return TokenIds.read(field, sent);
  }

  private static Problem wrong(String field, String sent, String expected) {
    return Problem.badRequest(
        "%s: %s (expected: %s)".formatted(field, Problem.quote(sent), expected));
  }
}
