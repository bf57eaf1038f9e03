package dev.athanor.platform.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// OpenAI's error object: `{"error": {"message", "type", "param", "code"}}`. All four fields are
/// always there, null where there is nothing to say, because clients read them unasked.
@JsonInclude(JsonInclude.Include.ALWAYS)
record OpenAiError(Body error) {

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Body(String message, String type, @Nullable String param, @Nullable String code) {}

  static OpenAiError of(Kind kind, String message) {
    return new OpenAiError(new Body(message, kind.openAiType(), offender(message), code(kind)));
  }

  /// Our messages start with the field that they are about: `encoding_format: "int8" (expected:
  /// …)`.
  private static @Nullable String offender(String message) {
    int colon = message.indexOf(": ");
    if (colon < 1 || !message.substring(0, colon).matches("[a-z][A-Za-z0-9_.\\[\\]-]*")) {
      return null;
    }
    return message.substring(0, colon);
  }

  private static @Nullable String code(Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> "model_not_found";
      case TOO_MANY -> "rate_limit_exceeded";
      case UNAUTHENTICATED -> "invalid_api_key";
      default -> null;
    };
  }
}
