package dev.athanor.embedding.embed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// The bounds of a call.
///
/// @param images or texts, in a call
/// @param body the longest request body
/// @param bodies of all requests under way together; 0 is a quarter of the heap
/// @param preparing threads that decode, normalise and tokenise; 0 is one a processor
/// @param deadline for a call whose caller set none, and the longest for one who did
@ConfigurationProperties("athanor.embed")
public record EmbedProperties(
    int images, DataSize body, DataSize bodies, int preparing, Duration deadline) {
  public EmbedProperties {
    if (images < 1 || preparing < 0) {
      throw new IllegalArgumentException(
          "athanor.embed.images, preparing: %d, %d (expected: >= 1, >= 0)"
              .formatted(images, preparing));
    }
    if (bodies.toBytes() != 0 && bodies.compareTo(body) < 0) {
      throw new IllegalArgumentException(
          "athanor.embed.bodies: %s (expected: 0, or >= athanor.embed.body, %s)"
              .formatted(bodies, body));
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "athanor.embed.deadline: %s (expected: > 0)".formatted(deadline));
    }
  }

  int bodyBytes() {
    return Math.toIntExact(body.toBytes());
  }

  long bodiesBytes() {
    return bodies.toBytes() == 0 ? Runtime.getRuntime().maxMemory() / 4 : bodies.toBytes();
  }

  int preparers() {
    return preparing == 0 ? Runtime.getRuntime().availableProcessors() : preparing;
  }
}
