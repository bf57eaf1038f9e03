package dev.athanor.trainer.time;

/// Monotonic time. Leases and deadlines are judged by it, because a wall clock may jump.
@FunctionalInterface
public interface Ticker {
  /// Nanoseconds since an arbitrary instant; only differences mean anything.
  long nanos();
}
