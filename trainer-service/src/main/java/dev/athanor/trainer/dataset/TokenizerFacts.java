package dev.athanor.trainer.dataset;

import dev.athanor.contracts.batch.TokenizerReference;
import org.jspecify.annotations.Nullable;

/// A tokenizer as it was when a run was created; another file under its name is refused.
///
/// @param sha256 of its `tokenizer.json`, in hexadecimal
/// @param vocabulary one more than the highest id that an encoder of its tokens must know
/// @param endOfText the token between documents
/// @param pad behind the end of a row's tokens; the end of text where it has none for that
/// @param mask null where it has none
public record TokenizerFacts(
    String name, String sha256, int vocabulary, int endOfText, int pad, @Nullable Integer mask) {

  TokenizerFacts withVocabulary(int ids) {
    return new TokenizerFacts(name, sha256, ids, endOfText, pad, mask);
  }

  public TokenizerReference reference() {
    return TokenizerReference.newBuilder().setName(name).setSha256(sha256).build();
  }
}
