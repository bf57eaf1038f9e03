package dev.athanor.learning.training;

/// Hears of every step, on the thread that trains: between two steps the session is at rest, so a
/// listener may save it or encode with it.
@FunctionalInterface
public interface StepListener {

  /// @throws InterruptedException if the run shall stop
  void stepped(Step step) throws InterruptedException;
}
