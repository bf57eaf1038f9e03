package dev.athanor.trainer.appraisal;

import dev.athanor.trainer.lease.LeasedState;

/// Where an evaluation stands. `QUEUED → RUNNING → SUCCEEDED | FAILED | CANCELLED`; it may fail or
/// be cancelled from any state that is not final.
public enum AppraisalState implements LeasedState<AppraisalState> {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  @Override
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  @Override
  public boolean mayBecome(AppraisalState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED || next == CANCELLED;
      case RUNNING -> next == SUCCEEDED || next == FAILED || next == CANCELLED;
      case SUCCEEDED, FAILED, CANCELLED -> false;
    };
  }
}
