package dev.athanor.learning.training;

/// The loss is no longer a number: the run cannot go on, and its weights are worthless.
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  DivergedException(long step, double loss) {
    super(
        "loss at step %d: %s (expected: a finite number; a lower learning rate or gradient clipping may help)"
            .formatted(step, loss));
  }
}
