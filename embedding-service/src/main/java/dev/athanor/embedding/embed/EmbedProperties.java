package dev.athanor.embedding.embed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// The bounds of a call.
///
/// @param concurrent calls that are worked on at once; one more is refused at once
/// @param images in a call
/// @param body the longest request body
/// @param deadline for a call whose caller set none, and the longest for one who did
@ConfigurationProperties("athanor.embed")
public record EmbedProperties(int concurrent, int images, DataSize body, Duration deadline) {
  public EmbedProperties {
    if (concurrent < 1 || images < 1) {
      throw new IllegalArgumentException(
          "athanor.embed.concurrent, images: %d, %d (expected: >= 1)"
              .formatted(concurrent, images));
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException(
          "athanor.embed.deadline: %s (expected: > 0)".formatted(deadline));
    }
  }

  public int bodyBytes() {
    return Math.toIntExact(body.toBytes());
  }
}
