package dev.athanor.augmentation.token;

import dev.athanor.augmentation.lease.Lease;
import dev.athanor.preprocessing.tokenizer.BytePairTrainer;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Trains a tokenizer on documents, and has the library read it back before anybody sees it.
///
/// @param most bytes of documents that are counted, the first ones
record TokenizerTraining(Documents documents, long most) {
  private static final int TRIED = 16;
  private static final int TRIED_CHARACTERS = 4096;

  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Result(byte[] file, Tokenizer tokenizer) {}

  /// @param vocabulary how many tokens it is to have
  Result run(int vocabulary, Lease lease) throws IOException {
    var trainer = new BytePairTrainer();
    var tried = new ArrayList<String>();
    lease.writing();
    documents.each(
        most,
        lease,
        (text, bytes) -> {
          trainer.add(text);
          if (tried.size() < TRIED) {
            tried.add(start(text));
          }
        });
    var file = trainer.train(vocabulary, tokens -> lease.check());
    var tokenizer = Tokenizer.load(file);
    check(tokenizer, tried);
    return new Result(file, tokenizer);
  }

  /// Byte-level tokenizers lose nothing.
  private static void check(Tokenizer tokenizer, List<String> texts) {
    for (var text : texts) {
      if (!tokenizer.text(tokenizer.ids(text)).equals(text)) {
        throw new IllegalStateException(
            "the tokenizer does not give a text back as it was (expected: the same text)");
      }
    }
  }

  private static String start(String text) {
    return text.substring(
        0,
        text.offsetByCodePoints(
            0, Math.min(TRIED_CHARACTERS, text.codePointCount(0, text.length()))));
  }
}
