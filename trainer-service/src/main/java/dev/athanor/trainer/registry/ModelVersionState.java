package dev.athanor.trainer.registry;

/// Where a version stands, as callers see it.
enum ModelVersionState {
  /// Can be served.
  READY,
  /// Kept for its lineage, and served no more.
  RETIRED
}
