package dev.athanor.prompt.language;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/// What goes on to the endpoint: the caller's own document, to the byte, but for the configured
/// model, which is put in where it names none.
///
/// The document is read token by token and nothing is made of it, so that it takes no more memory
/// than its bytes, however many objects it has.
final class CompletionBody {
  private static final String MODEL = "model";

  private CompletionBody() {}

  /// @param sent JSON in UTF-8
  /// @param required the field that must be there and not null
  /// @param model for a document that names none; null: it stays as it is
  static BodyPublisher of(byte[] sent, String required, @Nullable String model, JsonMapper json) {
    var place = place(sent, required, json);
    if (place == null || model == null) {
      return BodyPublishers.ofByteArray(sent);
    }
    var name = json.writeValueAsString(model);
    var member = place.isNull() ? name : "\"%s\":%s,".formatted(MODEL, name);
    return BodyPublishers.concat(
        BodyPublishers.ofByteArray(sent, 0, place.from),
        BodyPublishers.ofString(member, StandardCharsets.UTF_8),
        BodyPublishers.ofByteArray(sent, place.to, sent.length - place.to));
  }

  /// Where a model is to stand: in place of these bytes, a null, or of none, before the first
  /// field.
  private record Place(int from, int to) {
    boolean isNull() {
      return to > from;
    }
  }

  /// Null where the document names a model. Where a field stands twice the latter counts.
  private static @Nullable Place place(byte[] sent, String required, JsonMapper json) {
    try (var parser = json.createParser(sent)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.badRequest("body: not an object (expected: a JSON object)");
      }
      int first = start(parser) + 1;
      Place place = new Place(first, first);
      boolean asked = false;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        boolean given = parser.nextToken() != JsonToken.VALUE_NULL;
        if (name.equals(required)) {
          asked = given;
        }
        if (name.equals(MODEL)) {
          place = given ? null : new Place(start(parser), start(parser) + "null".length());
        }
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw Problem.badRequest("body: goes on behind its end (expected: one JSON object)");
      }
      if (!asked) {
        throw Problem.badRequest("%s: missing (expected: it is required)".formatted(required));
      }
      return place;
    } catch (JacksonException unreadable) {
      throw Problem.badRequest(JsonErrors.describe(unreadable));
    }
  }

  /// The byte at which the token begins. Jackson reads UTF-16 and UTF-32 too, but counts no bytes
  /// there.
  private static int start(JsonParser parser) {
    long offset = parser.currentTokenLocation().getByteOffset();
    if (offset < 0) {
      throw Problem.badRequest("body: not UTF-8 (expected: JSON in UTF-8)");
    }
    return (int) offset;
  }
}
