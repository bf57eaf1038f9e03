package dev.athanor.embedding.index;

import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.Problem;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a vector comes from: numbers that the caller sent, or an input for the index's model.
///
/// @param field where it stands in the request, for messages
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Given(String field, float @Nullable [] vector, @Nullable Input input) {
  private static final Pattern DATA_URI = Pattern.compile("data:image/[a-z0-9.+-]{1,40};base64,");

  /// @param where the object that holds it, `entries[3].` or nothing
  /// @param image base64 or a data URI
  /// @param text cut where it is longer than the model reads
  static Given of(
      String where, float @Nullable [] vector, @Nullable String image, @Nullable String text) {
    long given = Stream.of(vector != null, image != null, text != null).filter(it -> it).count();
    if (given != 1) {
      throw Problem.badRequest(
          "%svector, image, text: %d of them given (expected: 1)".formatted(where, given));
    }
    if (vector != null) {
      return new Given(where + "vector", vector, null);
    }
    return image != null
        ? new Given(where + "image", null, image(where + "image", image))
        : new Given(where + "text", null, new Input.Text(Objects.requireNonNull(text), true));
  }

  private static Input image(String field, String sent) {
    var prefix = DATA_URI.matcher(sent);
    try {
      return new Input.Encoded(
          Base64.getDecoder().decode(prefix.lookingAt() ? sent.substring(prefix.end()) : sent));
    } catch (IllegalArgumentException notBase64) {
      throw Problem.badRequest(
          "%s: %s (expected: an image as base64 or a data URI)"
              .formatted(field, Problem.quote(sent)));
    }
  }
}
