package dev.athanor.prompt.language;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// Which language model answers.
///
/// @param baseUrl of an OpenAI-compatible API, with its `/v1`; null or empty: none
/// @param apiKey sent as a bearer token; null or empty: none is sent
/// @param model for a request that names none, and the only one listed where it is set
/// @param deadline for a whole answer, streamed or not
/// @param body the longest request
@ConfigurationProperties("athanor.language")
record LanguageProperties(
    @Nullable URI baseUrl,
    @Nullable String apiKey,
    @Nullable String model,
    Duration deadline,
    DataSize body) {
  LanguageProperties {
    if (baseUrl != null && baseUrl.toString().isEmpty()) {
      baseUrl = null;
    }
    if (baseUrl != null
        && (baseUrl.getScheme() == null || !baseUrl.getScheme().matches("https?"))) {
      throw new IllegalArgumentException(
          "athanor.language.base-url: %s (expected: such as http://localhost:8000/v1)"
              .formatted(baseUrl));
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "athanor.language.deadline: %s (expected: > 0)".formatted(deadline));
    }
    apiKey = apiKey == null || apiKey.isEmpty() ? null : apiKey;
    model = model == null || model.isEmpty() ? null : model;
  }
}
