package dev.athanor.embedding.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds a claim while its work is done: a thread of its own renews it, reports the progress and
/// hears when the job is called off. By its own monotonic clock it knows that the lease ran out
/// even when the database cannot be asked.
final class JobLease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobLease.class);
  private static final long LONGEST_BEAT_MILLIS = 500;

  private final JobRows rows;
  private final JobRows.Claim claim;
  private final Duration length;
  private final long doneBefore;
  private final long startedNanos = System.nanoTime();
  private final AtomicLong done;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("job-lease").daemon(true).factory());
  private volatile long deadline;
  private volatile boolean cancelled;
  private volatile boolean stopping;

  /// @param doneBefore samples that earlier attempts left
  JobLease(JobRows rows, JobRows.Claim claim, Duration length, long doneBefore) {
    this.rows = rows;
    this.claim = claim;
    this.length = length;
    this.doneBefore = doneBefore;
    this.done = new AtomicLong(doneBefore);
    this.deadline = System.nanoTime() + length.toNanos();
    long beat = Math.min(LONGEST_BEAT_MILLIS, length.toMillis() / 4);
    keeper.scheduleWithFixedDelay(this::renew, 0, beat, TimeUnit.MILLISECONDS);
  }

  /// Why work under a lease ends before its time.
  static final class Ended extends RuntimeException {
    private final Why why;

    enum Why {
      LOST,
      CANCELLED,
      STOPPING
    }

    Ended(Why why) {
      super(why.name());
      this.why = why;
    }

    Why why() {
      return why;
    }
  }

  void embedded(int samples) {
    done.addAndGet(samples);
  }

  long done() {
    return done.get();
  }

  /// The process stops.
  void stop() {
    stopping = true;
  }

  boolean over() {
    return cancelled || stopping || System.nanoTime() - deadline > 0;
  }

  void check() {
    if (System.nanoTime() - deadline > 0) {
      throw new Ended(Ended.Why.LOST);
    }
    if (cancelled) {
      throw new Ended(Ended.Why.CANCELLED);
    }
    if (stopping) {
      throw new Ended(Ended.Why.STOPPING);
    }
  }

  private void renew() {
    long from = System.nanoTime();
    long now = done.get();
    double rate = (now - doneBefore) / Math.max(1e-3, (from - startedNanos) / 1e9);
    try {
      var held = rows.renew(claim, length, now, rate);
      if (held.isPresent()) {
        deadline = from + length.toNanos();
        cancelled |= held.get();
      } else {
        deadline = from;
        keeper.shutdown();
      }
    } catch (RuntimeException failure) {
      // The next beat tries again; if none succeeds the lease runs out by itself.
      log.warn("job {}: lease not renewed", claim.id(), failure);
    }
  }

  @Override
  public void close() {
    keeper.shutdownNow();
    // A renewal under way would otherwise come after the claim's last word.
    keeper.close();
  }
}
