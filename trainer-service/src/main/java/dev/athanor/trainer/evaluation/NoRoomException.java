package dev.athanor.trainer.evaluation;

/// What is to be looked at does not fit into the worker's heap.
public final class NoRoomException extends RuntimeException {

  private static final long serialVersionUID = 1;

  NoRoomException(String message) {
    super(message);
  }
}
