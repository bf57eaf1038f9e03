package dev.athanor.trainer.registry;

import dev.athanor.trainer.lease.LeasedState;

/// Where an import stands. `QUEUED → RUNNING → SUCCEEDED | FAILED | CANCELLED`.
public enum ImportState implements LeasedState<ImportState> {
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
  public boolean mayBecome(ImportState next) {
    return switch (this) {
      case QUEUED -> next == RUNNING || next == FAILED || next == CANCELLED;
      case RUNNING -> next.isFinal();
      case SUCCEEDED, FAILED, CANCELLED -> false;
    };
  }
}
