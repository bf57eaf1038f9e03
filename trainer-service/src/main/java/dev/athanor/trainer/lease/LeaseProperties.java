package dev.athanor.trainer.lease;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// How leases are kept.
///
/// @param timeToLive how long a dead worker keeps what it holds from the next
/// @param beat between two renewals
@ConfigurationProperties("athanor.trainer.lease")
public record LeaseProperties(Duration timeToLive, Duration beat) {
  public LeaseProperties {
    if (!beat.isPositive() || timeToLive.compareTo(beat.multipliedBy(3)) < 0) {
      throw new IllegalArgumentException(
          "athanor.trainer.lease: beat %s, time-to-live %s (expected: beat > 0, time-to-live at least three beats)"
              .formatted(beat, timeToLive));
    }
  }
}
