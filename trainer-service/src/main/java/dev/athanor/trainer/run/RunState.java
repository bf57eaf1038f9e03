package dev.athanor.trainer.run;

import dev.athanor.trainer.lease.LeasedState;

/// Where a run stands. `QUEUED → RUNNING → EVALUATING → SUCCEEDED | FAILED | CANCELLED`; a run may
/// fail or be cancelled from any state that is not final.
public enum RunState implements LeasedState<RunState> {
  QUEUED,
  RUNNING,
  EVALUATING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  @Override
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  @Override
  public boolean mayBecome(RunState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED || next == CANCELLED;
      case RUNNING -> next == EVALUATING || next == FAILED || next == CANCELLED;
      case EVALUATING -> next == SUCCEEDED || next == FAILED || next == CANCELLED;
      case SUCCEEDED, FAILED, CANCELLED -> false;
    };
  }
}
