package dev.athanor.embedding.job;

/// Where a job stands.
enum JobState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  boolean isFinal() {
    return this != QUEUED && this != RUNNING;
  }
}
