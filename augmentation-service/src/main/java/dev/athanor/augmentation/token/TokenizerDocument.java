package dev.athanor.augmentation.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A tokenizer as callers see it.
///
/// @param reason why it FAILED
/// @param dataset what it is trained on; null where it was not trained here
/// @param vocabulary how many tokens were asked for, and once READY how many there are
/// @param sha256 of its `tokenizer.json`; null until READY
/// @param special null until READY
/// @param progress of the training
public record TokenizerDocument(
    String name,
    Source source,
    State state,
    @Nullable String reason,
    @Nullable String dataset,
    @Nullable Integer version,
    int vocabulary,
    @Nullable String sha256,
    @Nullable Special special,
    Progress progress,
    @Nullable Instant createdAt) {

  /// Where tokenizers come from.
  public enum Source {
    @JsonProperty("built-in")
    BUILT_IN,
    @JsonProperty("trained")
    TRAINED,
    @JsonProperty("uploaded")
    UPLOADED
  }

  /// The states of a tokenizer.
  public enum State {
    TRAINING,
    READY,
    FAILED
  }

  /// Tokens that views need; null where the file has none.
  ///
  /// @param endOfText stands between documents
  /// @param pad fills rows up; the end of text where there is no token for it
  /// @param mask stands for what is to be predicted
  public record Special(
      @Nullable Integer endOfText, @Nullable Integer pad, @Nullable Integer mask) {
    static Special of(Tokenizer tokenizer) {
      return new Special(tokenizer.endOfText(), tokenizer.pad(), tokenizer.mask());
    }
  }

  /// @param documents whose words have been counted
  /// @param bytes of these documents
  public record Progress(long documents, long bytes, long totalBytes) {}
}
