package dev.athanor.embedding.job;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How embedding jobs are worked on.
///
/// @param folder of parts while they are written
/// @param unfinished jobs that there may be
/// @param part vectors of one part, in memory until they are written
/// @param lease how long a dead instance keeps its job from the next
/// @param poll between two looks for work
/// @param attempts that end with their process, or with a failure that may pass, before a job fails
/// @param pause before the second attempt; twice as long before each further one
@ConfigurationProperties("athanor.job")
record JobProperties(
    Path folder,
    int unfinished,
    DataSize part,
    Duration lease,
    Duration poll,
    int attempts,
    Duration pause) {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  JobProperties {
    if (unfinished < 1 || attempts < 1) {
      throw new IllegalArgumentException(
          "athanor.job.unfinished, attempts: %d, %d (expected: >= 1)"
              .formatted(unfinished, attempts));
    }
    if (lease.toMillis() < 1000 || !poll.isPositive() || pause.isNegative()) {
      throw new IllegalArgumentException(
          "athanor.job.lease, poll, pause: %s, %s, %s (expected: >= 1s, > 0, >= 0)"
              .formatted(lease, poll, pause));
    }
    if (part.toBytes() < 1) {
      throw new IllegalArgumentException("athanor.job.part: %s (expected: > 0)".formatted(part));
    }
  }

  /// How long a job waits for its next attempt.
  ///
  /// @param attempts that got nowhere, from 1
  Duration pause(int attempts) {
    var doubled = pause.multipliedBy(1L << Math.min(attempts - 1, 30));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /// How many vectors of so many dimensions make a part.
  int partSamples(int dimensions) {
    return (int) Math.max(1, Math.min(1 << 20, part.toBytes() / (4L * dimensions)));
  }
}
