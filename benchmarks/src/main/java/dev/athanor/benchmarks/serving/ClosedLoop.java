package dev.athanor.benchmarks.serving;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Keeps a number of questions open: whoever has an answer asks again.
final class ClosedLoop {
  private final Way way;
  private final Load load;
  private final long from;
  private final long until;
  private final AtomicInteger number = new AtomicInteger();
  private final CountDownLatch open;

  private ClosedLoop(Way way, int concurrency, Duration warmUp, Duration length) {
    this.way = way;
    this.load = new Load(length);
    this.from = System.nanoTime() + warmUp.toNanos();
    this.until = from + length.toNanos();
    this.open = new CountDownLatch(concurrency);
  }

  /// @param warmUp not counted
  static Load run(Way way, int concurrency, Duration warmUp, Duration length)
      throws InterruptedException {
    var loop = new ClosedLoop(way, concurrency, warmUp, length);
    for (int i = 0; i < concurrency; i++) {
      loop.ask();
    }
    if (!loop.open.await(90, TimeUnit.SECONDS)) {
      throw new IllegalStateException(loop.open.getCount() + " questions were never answered");
    }
    return loop.load;
  }

  private void ask() {
    long asked = System.nanoTime();
    way.ask(number.getAndIncrement())
        .whenComplete(
            (outcome, failure) -> {
              long now = System.nanoTime();
              if (now >= from && now < until) {
                load.record(failure == null ? outcome : Outcome.FAILED, now - asked);
              }
              if (now < until) {
                ask();
              } else {
                open.countDown();
              }
            });
  }
}
