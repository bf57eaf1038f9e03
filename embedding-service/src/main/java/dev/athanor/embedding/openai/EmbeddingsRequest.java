package dev.athanor.embedding.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What OpenAI's clients send; fields that do not concern us are passed over, as they do.
///
/// @param input an image or a list of images, each base64 or a data URI
/// @param encodingFormat `float` or `base64`
/// @param dimensions if given, must be the model's own
record EmbeddingsRequest(
    @Nullable String model,
    @Nullable JsonNode input,
    @JsonProperty("encoding_format") @Nullable String encodingFormat,
    @Nullable Integer dimensions) {
  private static final Pattern DATA_URI = Pattern.compile("data:image/[a-z0-9.+-]{1,40};base64,");
  private static final String EXPECTED = "an image as base64 or a data URI, or a list of them";

  boolean asBase64() {
    return switch (encodingFormat == null ? "float" : encodingFormat) {
      case "float" -> false;
      case "base64" -> true;
      case String other ->
          throw Problem.badRequest(
              "encoding_format: %s (expected: float or base64)".formatted(Problem.quote(other)));
    };
  }

  List<byte[]> images() {
    if (input == null || input.isNull()) {
      throw Problem.badRequest("input: missing (expected: %s)".formatted(EXPECTED));
    }
    if (!input.isArray()) {
      return List.of(image("input", input));
    }
    var images = new ArrayList<byte[]>();
    for (int i = 0; i < input.size(); i++) {
      images.add(image("input[%d]".formatted(i), input.get(i)));
    }
    return images;
  }

  private static byte[] image(String field, JsonNode sent) {
    if (!sent.isString()) {
      throw Problem.badRequest(
          "%s: %s (expected: %s)".formatted(field, Problem.quote(sent.toString()), EXPECTED));
    }
    var text = sent.stringValue();
    var prefix = DATA_URI.matcher(text);
    try {
      return Base64.getDecoder().decode(prefix.lookingAt() ? text.substring(prefix.end()) : text);
    } catch (IllegalArgumentException notBase64) {
      throw Problem.badRequest(
          "%s: %s (expected: %s)".formatted(field, Problem.quote(text), EXPECTED));
    }
  }
}
