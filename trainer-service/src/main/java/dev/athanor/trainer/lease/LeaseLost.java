package dev.athanor.trainer.lease;

/// The lease is no longer ours: somebody took it, or it could not be renewed in time. Whoever works
/// under it stops at once and writes nothing more.
public final class LeaseLost extends RuntimeException {
  public LeaseLost(String message) {
    super(message);
  }
}
