package dev.athanor.embedding.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.FuzzedCards;
import dev.athanor.embedding.encoder.Prepared;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FullBatchTest {
  private static final Card.Input IMAGES =
      Card.parse(Graphs.card(Graphs.DIMENSIONS)).input(); // of 192 bytes
  private static final Card.Input TEXTS = FuzzedCards.BOTH.getLast().input();

  @Test
  void imagesAreAsManyAsTheOptionAllows() {
    var batches = FullBatch.of(IMAGES, List.of(new Prepared.Pixels(new float[1])), 32);
    assertThat(batches)
        .containsExactly(
            new FullBatch(0, 32, "32 images, which athanor.batching.max-batch allows"));
    assertThat(batches.getFirst().each(new float[][] {{7}})).hasDimensions(32, 1);
  }

  @Test
  void largeImagesAreAsManyAsTheHeapHolds() {
    assertThat(FullBatch.most(IMAGES, 32, 1 << 30)).isEqualTo(32);
    assertThat(FullBatch.most(IMAGES, 32, 10 * 10 * 192)).isEqualTo(10);
    assertThat(FullBatch.most(IMAGES, 32, 192)).isEqualTo(1);
    assertThat(FullBatch.most(TEXTS, 1024, 192)).isEqualTo(1024);
  }

  @Test
  void textsAreAsManyAsTheirTokensAllow() {
    var lengths = Stream.of(256, 3, 9, 512);
    var inputs = lengths.map(length -> (Prepared) new Prepared.Tokens(new int[length])).toList();
    assertThat(FullBatch.of(TEXTS, inputs, 1024))
        .containsExactly(
            new FullBatch(
                1, 128, "128 texts of 3 tokens, which athanor.batching.max-tokens allows"),
            new FullBatch(3, 2, "2 texts of 512 tokens, which athanor.batching.max-tokens allows"));
    assertThat(FullBatch.of(TEXTS, inputs, 100).getLast().count()).isEqualTo(1);
  }

  /// A text of 9 tokens counts as one of 12 and a text of 510 as one of 512, for they are padded.
  @Test
  void textsTakeWhatServingCountsForThem() {
    var lengths = Stream.of(510, 9);
    var inputs = lengths.map(length -> (Prepared) new Prepared.Tokens(new int[length])).toList();
    assertThat(FullBatch.of(TEXTS, inputs, 1530))
        .extracting(FullBatch::count)
        .containsExactly(127, 2);
  }
}
