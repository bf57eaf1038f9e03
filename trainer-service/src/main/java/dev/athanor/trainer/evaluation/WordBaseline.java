package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.evaluation.WordClassifier;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the labels are worth to a classifier that counts words and knows nothing else. It reads the
/// documents themselves, spelt out of their tokens, and more of each than an encoder of a short
/// context does.
final class WordBaseline implements Shares.Reader<WordBaseline.Documents> {
  static final String NAME = "tf-idf";

  private static final int LENGTH = 1024;

  private final EvaluationViews views;
  private final Tokenizer tokenizer;

  WordBaseline(EvaluationViews views, Tokenizer tokenizer) {
    this.views = views;
    this.tokenizer = tokenizer;
  }

  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Documents(List<String> texts, int[] labels) {

    /// The first `count`.
    Documents first(int count) {
      return new Documents(texts.subList(0, count), Arrays.copyOf(labels, count));
    }
  }

  /// The very documents that an encoder's probe gets.
  ///
  /// @param selection null for the whole split
  @Override
  public Documents read(String split, @Nullable Selection selection) throws InterruptedException {
    var texts = new ArrayList<String>();
    var labels = IntStream.builder();
    views.documents(
        split,
        selection,
        LENGTH,
        batch -> {
          for (int row = 0; row < batch.samples(); row++) {
            texts.add(text(batch, row));
          }
          IntStream.of(Objects.requireNonNull(batch.labels(), "labels")).forEach(labels);
        });
    return new Documents(texts, labels.build().toArray());
  }

  @Override
  public Documents first(Documents all, int count) {
    return all.first(count);
  }

  private String text(TokenBatch batch, int row) {
    return tokenizer.text(
        Arrays.stream(batch.ids(), row * batch.length(), (row + 1) * batch.length())
            .filter(id -> id != TokenBatch.PADDING && !tokenizer.isSpecial(id))
            .toArray());
  }

  /// @param seed of the split that chooses the penalty
  static double accuracy(Documents bank, Documents queries, long seed) {
    return WordClassifier.fit(bank.texts(), bank.labels(), seed)
        .accuracy(queries.texts(), queries.labels());
  }
}
