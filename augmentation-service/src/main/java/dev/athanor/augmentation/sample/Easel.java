package dev.athanor.augmentation.sample;

import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Where grids are drawn, two at a time: each takes a core, and some hundred megabytes.
final class Easel {
  private static final int PLACES = 2;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Semaphore places = new Semaphore(PLACES);

  /// @throws Problem 429 where all places are taken
  byte[] draw(Supplier<byte[]> picture) {
    if (!places.tryAcquire()) {
      throw Problem.tooMany(
          "preview: %d others are being drawn (expected: fewer)".formatted(PLACES), RETRY);
    }
    try {
      return picture.get();
    } finally {
      places.release();
    }
  }
}
