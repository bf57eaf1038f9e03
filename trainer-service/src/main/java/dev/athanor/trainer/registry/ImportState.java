package dev.athanor.trainer.registry;

import dev.athanor.trainer.lease.LeasedState;

/// Where an import stands. `QUEUED → RUNNING → SUCCEEDED | FAILED`.
public enum ImportState implements LeasedState<ImportState> {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED;

  @Override
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED;
  }

  @Override
  public boolean mayBecome(ImportState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED;
      case RUNNING -> next == SUCCEEDED || next == FAILED;
      case SUCCEEDED, FAILED -> false;
    };
  }
}
