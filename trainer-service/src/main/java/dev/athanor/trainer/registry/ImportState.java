package dev.athanor.trainer.registry;

/// Where an import stands. `QUEUED → RUNNING → SUCCEEDED | FAILED`.
public enum ImportState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED;

  boolean mayBecome(ImportState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED;
      case RUNNING -> next == SUCCEEDED || next == FAILED;
      case SUCCEEDED, FAILED -> false;
    };
  }
}
