package dev.athanor.prompt.language;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// Which language model answers.
///
/// @param baseUrl of an OpenAI-compatible API, with its `/v1`; null or empty: none
/// @param apiKey sent as a bearer token; null or empty: none is sent
/// @param model for a request that names none, and the only one listed where it is set
/// @param deadline for a whole call, from its coming to the end of its answer, streamed or not
/// @param body the longest request
/// @param bodies of all calls under way together; 0 is a quarter of the heap
@ConfigurationProperties("athanor.language")
record LanguageProperties(
    @Nullable URI baseUrl,
    @Nullable String apiKey,
    @Nullable String model,
    Duration deadline,
    DataSize body,
    DataSize bodies) {
  /// What may stand behind `Bearer` in a header.
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");

  LanguageProperties {
    if (baseUrl != null && baseUrl.toString().isEmpty()) {
      baseUrl = null;
    }
    if (baseUrl != null
        && (baseUrl.getHost() == null // as of a name with an underscore
            || baseUrl.getScheme() == null
            || !baseUrl.getScheme().matches("https?"))) {
      throw new IllegalArgumentException(
          "athanor.language.base-url: %s (expected: such as http://localhost:8000/v1)"
              .formatted(baseUrl));
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "athanor.language.deadline: %s (expected: > 0)".formatted(deadline));
    }
    if (bodies.toBytes() != 0 && bodies.compareTo(body) < 0) {
      throw new IllegalArgumentException(
          "athanor.language.bodies: %s (expected: 0, or >= athanor.language.body, %s)"
              .formatted(bodies, body));
    }
    apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
    if (apiKey != null && !KEY.matcher(apiKey).matches()) { // which no log may show
      throw new IllegalArgumentException(
          "athanor.language.api-key: a space, a control character or one beyond ASCII in it (expected: none)");
    }
    model = model == null || model.isEmpty() ? null : model;
  }

  int bodyBytes() {
    return Math.toIntExact(body.toBytes());
  }

  long bodiesBytes() {
    return bodies.toBytes() == 0 ? Runtime.getRuntime().maxMemory() / 4 : bodies.toBytes();
  }
}
