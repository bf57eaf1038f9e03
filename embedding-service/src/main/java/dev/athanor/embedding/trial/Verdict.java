package dev.athanor.embedding.trial;

/// How a trial ended.
sealed interface Verdict {
  record Ready(Figures figures) implements Verdict {}

  /// @param reason names the offender and what was expected
  record Rejected(String reason) implements Verdict {}

  /// Nobody can say that it was the model's fault; to be tried again.
  record Undecided(String reason) implements Verdict {}

  /// The model was not even run, or not to the end, for want of something that is ours; to be tried
  /// again.
  record NotHeld(String reason) implements Verdict {}
}
