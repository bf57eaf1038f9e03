package dev.athanor.trainer.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews leases on a platform thread of its own with the highest priority: training fills every
/// core and every carrier of virtual threads, and must not starve it.
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

  private final List<Kept> kept = new CopyOnWriteArrayList<>();
  private final Duration beat;
  private final Thread thread;
  private volatile boolean closed;

  /// @param beat the time between two renewals, a small part of the time to live
  public LeaseKeeper(Duration beat) {
    this.beat = beat;
    this.thread =
        Thread.ofPlatform()
            .name("lease-keeper")
            .priority(Thread.MAX_PRIORITY)
            .daemon(true)
            .start(this::run);
  }

  private record Kept(Leases leases, Lease lease, Runnable afterBeat) {}

  /// Renews `lease` until it is lost or let go.
  ///
  /// @param afterBeat called on the keeper's thread after each renewal; short
  public void keep(Leases leases, Lease lease, Runnable afterBeat) {
    kept.add(new Kept(leases, lease, afterBeat));
  }

  /// Stops renewing; the caller releases the lease or lets it run out.
  public void letGo(Lease lease) {
    kept.removeIf(entry -> entry.lease() == lease);
  }

  private void run() {
    while (!closed) {
      kept.forEach(this::renew);
      LockSupport.parkNanos(beat.toNanos());
    }
  }

  private void renew(Kept entry) {
    try {
      entry.leases().renew(entry.lease());
      entry.afterBeat().run();
    } catch (RuntimeException | Error failure) {
      // The next beat tries again; if none succeeds the lease runs out by itself.
      log.warn("{} could not be renewed: {}", entry.lease(), failure.toString());
    }
    if (!entry.lease().held()) {
      log.warn("{} is lost", entry.lease());
      kept.remove(entry);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
