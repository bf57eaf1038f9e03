package dev.athanor.trainer.batch;

import java.time.Duration;

/// How far a stream asks ahead, and how long it waits.
///
/// @param windowBytes how many bytes may be outstanding; at least two batches always may
/// @param windowBatches how many batches may be outstanding; more only make answers come later
/// @param deadline for the answer to the first attempt; it doubles with each further one
/// @param attempts how often one batch is asked for
public record Limits(long windowBytes, int windowBatches, Duration deadline, int attempts) {
  public Limits {
    if (windowBytes < 1 || windowBatches < 2 || attempts < 1 || !deadline.isPositive()) {
      throw new IllegalArgumentException(
          "window: %d bytes, %d batches, deadline %s, %d attempts (expected: >= 1, >= 2, > 0, >= 1)"
              .formatted(windowBytes, windowBatches, deadline, attempts));
    }
  }

  Duration deadline(int attempt) {
    return deadline.multipliedBy(1L << (attempt - 1));
  }

  /// As many batches as fit the window, but two at least.
  long batches(long batchBytes) {
    return Math.clamp(windowBytes / batchBytes, 2, windowBatches);
  }

  /// The same with so many quarters of the window, for streams that are open side by side.
  public Limits quarters(int quarters) {
    return new Limits(Math.max(1, windowBytes / 4 * quarters), windowBatches, deadline, attempts);
  }

  /// The same with at most so many batches.
  public Limits atMost(int batches) {
    return new Limits(windowBytes, Math.min(windowBatches, batches), deadline, attempts);
  }
}
