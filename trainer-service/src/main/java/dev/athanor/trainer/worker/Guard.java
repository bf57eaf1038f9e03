package dev.athanor.trainer.worker;

import dev.athanor.trainer.job.Stopping;
import dev.athanor.trainer.lease.Lease;

/// Whether work on a run still makes sense. Asked by the training thread between two steps and
/// while it waits; told by the keeper's thread and by who stops the worker.
final class Guard implements Runnable {
  private final Lease lease;
  private volatile boolean cancelled;
  private volatile boolean stopping;

  Guard(Lease lease) {
    this.lease = lease;
  }

  /// The caller called the run off.
  static final class Cancelled extends RuntimeException {
    Cancelled() {
      super("cancelled by request");
    }
  }

  /// @throws dev.athanor.trainer.lease.LeaseLost where somebody else owns the run
  @Override
  public void run() {
    lease.check();
    if (cancelled) {
      throw new Cancelled();
    }
    if (stopping) {
      throw new Stopping();
    }
  }

  void cancel() {
    cancelled = true;
  }

  void stop() {
    stopping = true;
  }
}
