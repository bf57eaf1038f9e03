package dev.athanor.trainer.evaluation;

import dev.athanor.learning.training.TrainingSession;
import java.util.concurrent.TimeUnit;

/// A training with labels that outlives its worker. Saving does not disturb it, so when it happens
/// may depend on the clock.
final class KeptCell implements AutoCloseable {
  private final Keeping keeping;
  private final String name;
  private final TrainingSession session;
  private final double secondsBefore;
  private final long beginNanos;
  private long savedStep;
  private long savedNanos;

  /// @param secondsBefore that earlier workers spent on it
  /// @param beginNanos when this one began
  KeptCell(
      Keeping keeping,
      String name,
      TrainingSession session,
      double secondsBefore,
      long beginNanos) {
    this.keeping = keeping;
    this.name = name;
    this.session = session;
    this.secondsBefore = secondsBefore;
    this.beginNanos = beginNanos;
    this.savedStep = session.nextStep();
    this.savedNanos = beginNanos;
  }

  TrainingSession session() {
    return session;
  }

  /// Spent on it so far, by all workers.
  double seconds() {
    long spent = keeping.ticker().nanos() - beginNanos;
    return secondsBefore + spent / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /// Saves where the last time is a while ago. A cell that is shorter than that is never written.
  void saveNowAndThen() {
    if (keeping.ticker().nanos() - savedNanos >= keeping.every().toNanos()) {
      save();
    }
  }

  /// Makes the session's state the cell's checkpoint, where it is not already.
  void save() {
    if (session.nextStep() == savedStep) {
      return;
    }
    keeping.save(name, session, seconds());
    savedStep = session.nextStep();
    savedNanos = keeping.ticker().nanos();
  }

  @Override
  public void close() {
    session.close();
  }
}
