package dev.athanor.benchmarks.serving;

/// What came of one question.
enum Outcome {
  /// A vector of the right length.
  OK,
  /// The service said that it is full, and when to come back.
  REFUSED,
  /// Anything else.
  FAILED
}
