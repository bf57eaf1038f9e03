package dev.athanor.embedding.deadline;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.function.LongSupplier;

/// The moment at which a caller stops waiting.
///
/// @param atNanos on the ticker's scale
/// @param ticker monotonic nanoseconds, as [System#nanoTime] gives them
public record Deadline(long atNanos, LongSupplier ticker) {
  public static Deadline after(Duration wait, LongSupplier ticker) {
    return new Deadline(ticker.getAsLong() + wait.toNanos(), ticker);
  }

  /// Never negative.
  public long remainingNanos() {
    return Math.max(0, atNanos - ticker.getAsLong());
  }

  public Problem exceeded(String doing) {
    return Problem.of(Kind.DEADLINE, "deadline: it passed while " + doing);
  }
}
