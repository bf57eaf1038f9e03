package dev.athanor.augmentation.token;

import dev.athanor.augmentation.token.TokenizerDocument.Progress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A token index as callers see it.
///
/// @param sha256 of the tokenizer's file
/// @param reason why it FAILED
/// @param splits null until READY
public record TokenIndexDocument(
    String dataset,
    int version,
    String tokenizer,
    String sha256,
    State state,
    @Nullable String reason,
    Progress progress,
    @Nullable Splits splits,
    Instant createdAt) {

  /// The states of an index.
  public enum State {
    BUILDING,
    READY,
    FAILED
  }

  public record Splits(SplitTokens train, SplitTokens test) {}

  /// @param tokens of all documents, the end-of-text token after each among them
  /// @param bytes of the documents' texts
  public record SplitTokens(long documents, long tokens, long bytes) {}

  /// What an index's row keeps of it.
  ///
  /// @param prefix of its objects
  record Summary(String prefix, Splits splits) {}
}
