package dev.athanor.trainer.evaluation;

import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.evaluation.WordClassifier;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// What the labels are worth to a classifier that counts words and knows nothing else. It reads the
/// documents themselves, spelt out of their tokens, and more of each than an encoder of a short
/// context does.
final class WordBaseline {
  static final String NAME = "tf-idf";

  private static final int LENGTH = 1024;

  private final EvaluationViews views;
  private final Tokenizer tokenizer;
  private final long seed;

  /// @param seed of the documents, and of the split that chooses the penalty
  WordBaseline(EvaluationViews views, Tokenizer tokenizer, long seed) {
    this.views = views;
    this.tokenizer = tokenizer;
    this.seed = seed;
  }

  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Documents(List<String> texts, int[] labels) {}

  /// `count` documents of the split, those that an encoder's probe gets.
  Documents documents(String split, int count) throws InterruptedException {
    var texts = new ArrayList<String>();
    var labels = IntStream.builder();
    views.documents(
        split,
        count,
        seed,
        LENGTH,
        batch -> {
          for (int row = 0; row < batch.samples(); row++) {
            texts.add(text(batch, row));
          }
          IntStream.of(Objects.requireNonNull(batch.labels(), "labels")).forEach(labels);
        });
    return new Documents(texts, labels.build().toArray());
  }

  private String text(TokenBatch batch, int row) {
    return tokenizer.text(
        Arrays.stream(batch.ids(), row * batch.length(), (row + 1) * batch.length())
            .filter(id -> id != TokenBatch.PADDING && !tokenizer.isSpecial(id))
            .toArray());
  }

  double accuracy(Documents bank, Documents queries) {
    return WordClassifier.fit(bank.texts(), bank.labels(), seed)
        .accuracy(queries.texts(), queries.labels());
  }
}
