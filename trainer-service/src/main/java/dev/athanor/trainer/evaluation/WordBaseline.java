package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.evaluation.WordClassifier;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
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
  private final EmbeddingRoom room;

  WordBaseline(EvaluationViews views, Tokenizer tokenizer, EmbeddingRoom room) {
    this.views = views;
    this.tokenizer = tokenizer;
    this.room = room;
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
  /// @throws NoRoomException where the texts do not fit into the heap
  @Override
  public Documents read(String split, @Nullable Selection selection) throws InterruptedException {
    var texts = new ArrayList<String>();
    var characters = new AtomicLong();
    var labels = IntStream.builder();
    views.documents(
        split,
        selection,
        LENGTH,
        batch -> {
          for (int row = 0; row < batch.samples(); row++) {
            var text = text(batch, row);
            requireRoom(split, characters.addAndGet(text.length()), texts.size());
            texts.add(text);
          }
          IntStream.of(Objects.requireNonNull(batch.labels(), "labels")).forEach(labels);
        });
    return new Documents(texts, labels.build().toArray());
  }

  private void requireRoom(String split, long characters, int before) {
    if (characters > room.characters()) {
      throw new NoRoomException(
          "%s: more than %d characters of %s texts (expected: no more, of which %d texts have so many, in this worker's heap; ask for fewer labels, or give it more with -Xmx)"
              .formatted(NAME, room.characters(), split, before));
    }
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
