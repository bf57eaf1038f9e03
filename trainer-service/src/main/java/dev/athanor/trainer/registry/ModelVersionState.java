package dev.athanor.trainer.registry;

/// Where a version stands, as callers see it.
enum ModelVersionState {
  /// Uploaded, and not tried yet.
  PENDING,
  /// Can be served.
  READY,
  /// Uploaded, tried and found unfit; the reason stands beside it.
  REJECTED,
  /// Kept for its lineage, and served no more.
  RETIRED
}
