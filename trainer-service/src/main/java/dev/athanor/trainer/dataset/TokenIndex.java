package dev.athanor.trainer.dataset;

import org.jspecify.annotations.Nullable;

/// How far the tokens of a data set version are.
///
/// @param sha256 of the tokenizer's file
/// @param reason why it FAILED
/// @param splits null until READY
public record TokenIndex(
    State state,
    String sha256,
    @Nullable String reason,
    Progress progress,
    @Nullable TokenCounts splits) {

  /// The states of an index.
  public enum State {
    BUILDING,
    READY,
    FAILED
  }

  /// @param bytes of texts that are tokenised
  public record Progress(long bytes, long totalBytes) {

    /// From 0 to 1.
    public double part() {
      return totalBytes == 0 ? 0 : (double) bytes / totalBytes;
    }
  }
}
