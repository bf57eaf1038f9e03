package dev.athanor.trainer.job;

/// This worker shuts down; what it works on goes on elsewhere.
public final class Stopping extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Stopping() {
    super("the worker shuts down");
  }
}
