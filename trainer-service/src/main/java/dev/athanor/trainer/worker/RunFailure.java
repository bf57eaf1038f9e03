package dev.athanor.trainer.worker;

/// A run that cannot begin, for a reason that its owner should read.
final class RunFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  RunFailure(String message) {
    super(message);
  }
}
