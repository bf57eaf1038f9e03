package dev.athanor.embedding.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What OpenAI's clients send; fields that do not concern us are passed over, as they do.
///
/// @param input an image or a list of images, each a string (base64 or a data URI), or an object
///   that holds one: `{"image": "…"}`, or OpenAI's own `{"type": "image_url", "image_url": {"url":
///   "data:…"}}`
/// @param encodingFormat `float` or `base64`
/// @param dimensions how many of the vector's first numbers are wanted
record EmbeddingsRequest(
    @Nullable String model,
    @Nullable JsonNode input,
    @JsonProperty("encoding_format") @Nullable String encodingFormat,
    @Nullable Integer dimensions) {
  private static final Pattern DATA_URI = Pattern.compile("data:image/[a-z0-9.+-]{1,40};base64,");
  private static final String EXPECTED =
      "an image as base64 or a data URI, an object that holds one, or a list of them";

  /// How numbers are written.
  enum Form {
    FLOAT,
    BASE64
  }

  /// @throws tools.jackson.core.JacksonException where the body is no such object
  static EmbeddingsRequest parse(JsonMapper json, byte[] body) {
    var request = json.readValue(body, EmbeddingsRequest.class);
    if (request == null) {
      throw Problem.badRequest("body: null (expected: a JSON object)");
    }
    return request;
  }

  Form form() {
    return switch (encodingFormat == null ? "float" : encodingFormat) {
      case "float" -> Form.FLOAT;
      case "base64" -> Form.BASE64;
      case String other ->
          throw Problem.badRequest(
              "encoding_format: %s (expected: float or base64)".formatted(Problem.quote(other)));
    };
  }

  /// What becomes of the vectors, (N, D): nothing, or cut to `dimensions` and brought to unit
  /// length again.
  ///
  /// @param most the model's D
  UnaryOperator<float[][]> shape(int most) {
    if (dimensions == null) {
      return rows -> rows;
    }
    int wanted = dimensions;
    if (wanted < 1 || wanted > most) {
      throw Problem.badRequest("dimensions: %d (expected: 1 to %d)".formatted(wanted, most));
    }
    return rows -> Truncation.unitRows(rows, wanted);
  }

  List<Input> images() {
    if (input == null || input.isNull()) {
      throw Problem.badRequest("input: missing (expected: %s)".formatted(EXPECTED));
    }
    if (!input.isArray()) {
      return List.of(image("input", input));
    }
    var images = new ArrayList<Input>();
    for (int i = 0; i < input.size(); i++) {
      images.add(image("input[%d]".formatted(i), input.get(i)));
    }
    return images;
  }

  private static Input image(String field, JsonNode sent) {
    var held = sent.isObject() ? held(sent) : sent;
    if (!held.isString()) {
      throw Problem.badRequest(
          "%s: %s (expected: %s)".formatted(field, Problem.quote(sent.toString()), EXPECTED));
    }
    var text = held.stringValue();
    var prefix = DATA_URI.matcher(text);
    try {
      return new Input.Encoded(
          Base64.getDecoder().decode(prefix.lookingAt() ? text.substring(prefix.end()) : text));
    } catch (IllegalArgumentException notBase64) {
      throw Problem.badRequest(
          "%s: %s (expected: %s)".formatted(field, Problem.quote(text), EXPECTED));
    }
  }

  private static JsonNode held(JsonNode object) {
    return object.has("image") ? object.path("image") : object.at("/image_url/url");
  }
}
