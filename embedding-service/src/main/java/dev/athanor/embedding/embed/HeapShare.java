package dev.athanor.embedding.embed;

import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Memory that pieces of work have together, each for as long as it lasts. One that finds too
/// little left waits for those before it; one that needs more than there is has all of it.
final class HeapShare {
  private static final int UNIT = 1024;

  private final int total;
  private final Semaphore free;

  /// @param bytes of all work at a time
  HeapShare(long bytes) {
    this.total = Math.max(1, units(bytes));
    this.free = new Semaphore(total, true); // in the order of coming, so that none waits for ever
  }

  /// Does the work when its turn has come.
  ///
  /// @param bytes that it takes up at most
  /// @throws Problem where the deadline passes before that
  <T> T during(long bytes, Deadline deadline, Supplier<T> work) {
    int units = Math.min(total, units(bytes));
    try {
      if (!free.tryAcquire(units, deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw deadline.exceeded("the call waited for memory");
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw Problem.of(Kind.UNAVAILABLE, "the service is stopping", stopping);
    }
    try {
      return work.get();
    } finally {
      free.release(units);
    }
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
  }
}
