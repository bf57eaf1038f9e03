package dev.athanor.trainer.appraisal;

/// Where an evaluation stands. `QUEUED → RUNNING → SUCCEEDED | FAILED | CANCELLED`; it may fail or
/// be cancelled from any state that is not final.
public enum AppraisalState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  boolean mayBecome(AppraisalState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED || next == CANCELLED;
      case RUNNING -> next == SUCCEEDED || next == FAILED || next == CANCELLED;
      case SUCCEEDED, FAILED, CANCELLED -> false;
    };
  }
}
