package dev.athanor.trainer.checkpoint;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// How checkpoints are kept.
///
/// @param kept of each run that has not ended, the newest ones; of one that has, the newest alone
/// @param sweepAfter how old an object must be before it may be found to belong to nothing; longer
///   than any upload takes
@ConfigurationProperties("athanor.trainer.checkpoint")
public record CheckpointProperties(int kept, Duration sweepAfter) {
  public CheckpointProperties {
    if (kept < 1) {
      throw new IllegalArgumentException(
          "athanor.trainer.checkpoint.kept: %d (expected: >= 1)".formatted(kept));
    }
  }
}
