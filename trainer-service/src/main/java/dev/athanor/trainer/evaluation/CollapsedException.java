package dev.athanor.trainer.evaluation;

/// The run's embeddings no longer tell its inputs apart, and its spec says that it shall end then.
public final class CollapsedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CollapsedException(long step, Iterable<String> breaches) {
    super(
        "collapsed after step %d: %s; evaluation.stopOnCollapse ends such a run"
            .formatted(step, String.join(", ", breaches)));
  }
}
