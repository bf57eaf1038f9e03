package dev.athanor.embedding.trial;

/// How a trial ended.
sealed interface Verdict {
  record Ready(Figures figures) implements Verdict {}

  /// @param reason names the offender and what was expected
  record Rejected(String reason) implements Verdict {}

  /// Nobody can say that it was the model's fault; to be tried again.
  record Undecided(String reason) implements Verdict {}
}
