package dev.athanor.embedding.trial;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How uploaded encoders are tried.
///
/// @param registry the trainer-service, whose registry says what waits
/// @param timeout for connecting to it, and for an answer
/// @param poll between two looks while versions wait
/// @param memory address space of the process that tries, of which an idle one has about 1 GB
/// @param time for all that the process does
@ConfigurationProperties("athanor.trial")
record TrialProperties(
    URI registry, Duration timeout, Duration poll, DataSize memory, Duration time) {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  TrialProperties {
    if (memory.compareTo(DataSize.ofMegabytes(1536)) < 0) {
      throw new IllegalArgumentException(
          "athanor.trial.memory: %s (expected: at least 1536MB)".formatted(memory));
    }
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "athanor.trial.time: %s (expected: 1 s to %s)".formatted(time, LONGEST));
    }
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("athanor.trial.poll: %s (expected: > 0)".formatted(poll));
    }
  }

  /// How long a version is held: the trial's time, and as long again and a minute to fetch the file
  /// and to answer.
  Duration hold() {
    return time.multipliedBy(2).plusMinutes(1);
  }
}
