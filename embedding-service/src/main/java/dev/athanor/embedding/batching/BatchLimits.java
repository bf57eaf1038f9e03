package dev.athanor.embedding.batching;

import java.time.Duration;

/// When a model's batch is closed.
///
/// @param maxBatch the most that one forward pass takes, in units of cost
/// @param maxDelay how long an input waits for company that it may expect
public record BatchLimits(int maxBatch, Duration maxDelay) {
  public BatchLimits {
    if (maxBatch < 1) {
      throw new IllegalArgumentException(
          "max-batch, max-tokens: %d (expected: >= 1)".formatted(maxBatch));
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "max-delay: %s (expected: 0 to 1 minute)".formatted(maxDelay));
    }
  }
}
