package dev.athanor.trainer.lease;

import dev.athanor.trainer.time.Ticker;
import java.time.Duration;

/// A lease that this process took. Any thread may ask whether it is still held; the keeper's thread
/// proves it.
public final class Lease {
  private final LeaseTable table;
  private final String id;
  private final String owner;
  private final long fence;
  private final long timeToLiveNanos;
  private final Ticker ticker;
  private volatile long provenNanos;
  private volatile boolean lost;

  Lease(
      LeaseTable table,
      Mark taken,
      String owner,
      Duration timeToLive,
      Ticker ticker,
      long sentNanos) {
    this.table = table;
    this.id = taken.id();
    this.fence = taken.fence();
    this.owner = owner;
    this.timeToLiveNanos = timeToLive.toNanos();
    this.ticker = ticker;
    this.provenNanos = sentNanos;
  }

  public String id() {
    return id;
  }

  /// Greater than that of everybody who held this lease before.
  public long fence() {
    return fence;
  }

  public boolean held() {
    return !lost && ticker.nanos() - provenNanos < timeToLiveNanos;
  }

  /// Throws [LeaseLost] where the lease is no longer held.
  public void check() {
    if (!held()) {
      throw new LeaseLost("%s is no longer held under fence %d".formatted(this, fence));
    }
  }

  /// A renewal that was sent at `sentNanos` has been confirmed.
  void proven(long sentNanos) {
    provenNanos = sentNanos;
  }

  void lose() {
    lost = true;
  }

  LeaseTable table() {
    return table;
  }

  String owner() {
    return owner;
  }

  @Override
  public String toString() {
    return table.word() + " " + id;
  }
}
