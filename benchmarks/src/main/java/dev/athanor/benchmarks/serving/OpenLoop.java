package dev.athanor.benchmarks.serving;

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Asks on a schedule that no answer moves, and counts each latency from the moment at which the
/// question was due.
final class OpenLoop {
  private OpenLoop() {}

  /// One question every so often.
  static LongSupplier evenly(double perSecond) {
    long gap = Math.round(1e9 / perSecond);
    return () -> gap;
  }

  /// Callers who do not know of each other: a Poisson process.
  static LongSupplier atRandom(double perSecond, RandomGenerator random) {
    return () -> Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
  }

  /// @param gaps nanoseconds until the next question
  /// @param warmUp not counted
  static Load run(Way way, LongSupplier gaps, Duration warmUp, Duration length)
      throws InterruptedException {
    var load = new Load(length);
    var open = new Phaser(1);
    long begin = System.nanoTime();
    long from = begin + warmUp.toNanos();
    long until = from + length.toNanos();
    int number = 0;
    for (long due = begin; due < until; due += gaps.getAsLong()) {
      waitFor(due);
      long asked = due;
      open.register();
      way.ask(number++)
          .whenComplete(
              (outcome, failure) -> {
                if (asked >= from) {
                  load.record(
                      failure == null ? outcome : Outcome.FAILED, System.nanoTime() - asked);
                }
                open.arriveAndDeregister();
              });
    }
    try {
      open.awaitAdvanceInterruptibly(open.arrive(), 90, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException("questions were never answered", late);
    }
    return load;
  }

  private static void waitFor(long due) throws InterruptedException {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
