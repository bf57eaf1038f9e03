package dev.athanor.embedding.trial;

/// How a trial ended.
sealed interface Verdict {
  record Ready(Figures figures) implements Verdict {}

  /// @param reason names the offender and what was expected; it may quote the card or the file, and
  ///   goes into documents and logs as one line
  record Rejected(String reason) implements Verdict {
    private static final int LONGEST = 600;

    public Rejected {
      var line = reason.strip().replaceAll("\\s+", " ").replaceAll("\\p{C}", "?");
      reason = line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
  }

  /// Nobody can say that it was the model's fault; to be tried again.
  record Undecided(String reason) implements Verdict {}

  /// The model was not even run, or not to the end, for want of something that is ours; to be tried
  /// again.
  record NotHeld(String reason) implements Verdict {}
}
