package dev.athanor.augmentation.lease;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds a claim while its work is done: a thread of its own renews it and reports the progress. By
/// its own monotonic clock it knows that the lease ran out even when the database cannot be asked.
public final class Lease implements Watch, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  private final String what;
  private final Renewal renewal;
  private final Duration length;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lease").daemon().factory());
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean writing;
  private volatile long deadline;

  /// Writes that the claim is held for another while, and how far the work is.
  @FunctionalInterface
  public interface Renewal {
    /// False when a later claim has taken over.
    boolean renew(long samples, long bytes);
  }

  /// @param what is claimed, for the log
  public Lease(String what, Renewal renewal, Duration length) {
    this.what = what;
    this.renewal = renewal;
    this.length = length;
    this.deadline = System.nanoTime() + length.toNanos();
    long beat = Math.min(500, length.toMillis() / 4);
    keeper.scheduleWithFixedDelay(this::renew, beat, beat, TimeUnit.MILLISECONDS);
  }

  /// The claim is somebody else's now, or may be.
  public static final class Lost extends RuntimeException {
    public Lost(String message) {
      super(message);
    }
  }

  /// Counts bytes of uploaded files, those of the second reading.
  public void read(long count) {
    check();
    if (writing) {
      bytes.addAndGet(count);
    }
  }

  @Override
  public void writing() {
    writing = true;
  }

  @Override
  public void sample() {
    check();
    if (writing) {
      samples.incrementAndGet();
    }
  }

  @Override
  public void close() {
    keeper.shutdownNow();
    // A renewal under way would otherwise come after the claim's last word.
    keeper.close();
  }

  /// Throws where the lease is lost or the service stops.
  public void check() {
    if (System.nanoTime() - deadline > 0) {
      throw new Lost("the lease ran out or was taken; left to whoever holds it now");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("the service stops");
    }
  }

  private void renew() {
    long from = System.nanoTime();
    try {
      if (renewal.renew(samples.get(), bytes.get())) {
        deadline = from + length.toNanos();
      } else {
        deadline = from;
        keeper.shutdown();
      }
    } catch (RuntimeException failure) {
      log.warn("{}: lease not renewed", what, failure);
    }
  }
}
