package dev.athanor.embedding.raw;

import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.Utf8;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts as a body: one as it is, or a JSON list of them.
///
/// @param several whether it was a list, also of one
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
    JsonNode sent;
    try {
      sent = json.readTree(body);
    } catch (JacksonException failure) {
      throw Problem.badRequest(JsonErrors.describe(failure));
    }
    if (!sent.isArray()) {
      return new RawTexts(List.of(text("body", sent, truncate)), false);
    }
    var inputs = new ArrayList<Input>();
    for (var one : sent) {
      inputs.add(text("[%d]".formatted(inputs.size()), one, truncate));
    }
    return new RawTexts(inputs, true);
  }

  private static Input text(String field, JsonNode sent, boolean truncate) {
    if (!sent.isString()) {
      throw Problem.badRequest(
          "%s: %s (expected: a text, or a list of texts)"
              .formatted(field, Problem.quote(sent.toString())));
    }
    return new Input.Text(sent.stringValue(), truncate);
  }
}
