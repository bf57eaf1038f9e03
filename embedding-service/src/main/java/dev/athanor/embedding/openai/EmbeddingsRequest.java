package dev.athanor.embedding.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What OpenAI's clients send; fields that do not concern us are passed over, as they do.
///
/// @param input of an encoder of texts a text, a list of texts, a list of token ids, or a list of
///   such lists; of an encoder of images an image or a list of images, each a string (base64 or a
///   data URI), or an object that holds one: `{"image": "…"}`, or OpenAI's own `{"type":
///   "image_url", "image_url": {"url": "data:…"}}`
/// @param encodingFormat `float` or `base64`
/// @param dimensions how many of the vector's first numbers are wanted
/// @param truncate whether texts that are longer than the model reads are cut, as they are where
///   nothing is said, or refused; not OpenAI's
record EmbeddingsRequest(
    @Nullable String model,
    @Nullable JsonNode input,
    @JsonProperty("encoding_format") @Nullable String encodingFormat,
    @Nullable Integer dimensions,
    @Nullable Boolean truncate) {

  /// How numbers are written.
  enum Form {
    FLOAT,
    BASE64
  }

  /// @throws Problem 400 where the body is no such object
  static EmbeddingsRequest parse(JsonMapper json, byte[] body) {
    EmbeddingsRequest request;
    try {
      request = json.readValue(body, EmbeddingsRequest.class);
    } catch (JacksonException unreadable) {
      throw Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(unreadable), unreadable);
    }
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

  /// @param card says what an input means
  List<Input> inputs(Card card) {
    if (input == null || input.isNull()) {
      throw Problem.badRequest("input: missing (expected: what %s reads)".formatted(card.kind()));
    }
    return SentInputs.read(input, card, truncate == null || truncate);
  }
}
