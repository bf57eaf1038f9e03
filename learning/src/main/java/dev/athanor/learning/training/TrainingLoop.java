package dev.athanor.learning.training;

/// From the session's next step to the last one of its run.
public final class TrainingLoop {

  private TrainingLoop() {}

  /// Trains until the run is finished. The session stays the caller's, to evaluate, to save and to
  /// close.
  ///
  /// @throws InterruptedException if the thread was interrupted, or source or listener say that the
  ///   run shall stop; the session is then at rest between two steps, unless it was closed
  /// @throws DivergedException if a step's loss is not a number
  public static void run(TrainingSession session, BatchSource source, StepListener listener)
      throws InterruptedException {
    while (!session.finished()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped before step " + session.nextStep());
      }
      var batch = source.batch(session.nextStep());
      listener.stepped(session.step(batch));
    }
  }
}
