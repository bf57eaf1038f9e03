package dev.athanor.embedding.raw;

import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.TokenIds;
import dev.athanor.embedding.embed.Utf8;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts as a body: one as it is, a JSON list of texts or of their tokens, or a line each.
///
/// @param several whether it was a list or lines, also of one
record RawTexts(List<Input> inputs, boolean several) {

  /// @param contentType may name the body's encoding, which can only be UTF-8
  static RawTexts plain(byte[] body, @Nullable String contentType, boolean truncate) {
    var charset = contentType == null ? null : MediaType.parseMediaType(contentType).getCharset();
    if (charset != null && !charset.equals(StandardCharsets.UTF_8)) {
      throw Problem.unsupported("charset: %s (expected: UTF-8)".formatted(charset));
    }
    return new RawTexts(List.of(new Input.Text(Utf8.decode("body", body), truncate)), false);
  }

  static RawTexts json(JsonMapper json, byte[] body, boolean truncate) {
    var sent = read("", () -> json.readTree(body));
    if (!sent.isArray()) {
      return new RawTexts(List.of(input("body", sent, truncate)), false);
    }
    var inputs = new ArrayList<Input>();
    for (var one : sent) {
      inputs.add(input("[%d]".formatted(inputs.size()), one, truncate));
    }
    return new RawTexts(inputs, true);
  }

  /// A text or its tokens a line, each as JSON. The last line may end with a line break or not.
  static RawTexts lines(JsonMapper json, byte[] body, boolean truncate) {
    var inputs = new ArrayList<Input>();
    for (var line : Utf8.decode("body", body).lines().toList()) {
      var field = "line " + (inputs.size() + 1);
      inputs.add(input(field, read(field + ": ", () -> json.readTree(line)), truncate));
    }
    return new RawTexts(inputs, true);
  }

  private static JsonNode read(String where, Supplier<JsonNode> reading) {
    try {
      return reading.get();
    } catch (JacksonException failure) {
      throw Problem.badRequest(where + JsonErrors.describe(failure));
    }
  }

  private static Input input(String field, JsonNode sent, boolean truncate) {
    if (sent.isArray()) {
      return new Input.Tokens(TokenIds.read(field, sent), truncate);
    }
    if (!sent.isString()) {
      throw Problem.badRequest(
          "%s: %s (expected: a text, a list of token ids, or a list of these)"
              .formatted(field, Problem.quote(sent.toString())));
    }
    return new Input.Text(sent.stringValue(), truncate);
  }
}
