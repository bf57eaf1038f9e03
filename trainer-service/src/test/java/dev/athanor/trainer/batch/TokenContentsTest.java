package dev.athanor.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.contracts.batch.TokenBlocks;
import dev.athanor.contracts.batch.TokenSequences;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.peer.TokenBatches;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Batches of tokens, put together from their records.
class TokenContentsTest {
  private static final int WIDE = 20;
  private static final AugmentationSpec MASKED =
      AugmentationSpec.newBuilder()
          .setMaskedTokens(MaskedTokens.newBuilder().setLength(WIDE))
          .build();
  private static final AugmentationSpec SEQUENCES =
      AugmentationSpec.newBuilder()
          .setTokenSequences(TokenSequences.newBuilder().setLength(WIDE))
          .build();
  private static final AugmentationSpec BLOCKS =
      AugmentationSpec.newBuilder()
          .setTokenBlocks(TokenBlocks.newBuilder().setLength(11).setOrdered(true))
          .build();

  @Test
  void maskedRowsComeWithTheirTargetsAndWithoutColumnsOfPadding() throws Exception {
    var stream = stream(MASKED, DatasetServer.TRAIN);

    var batch = assemble(stream, answer(stream, 0));

    assertThat(batch.length()).isEqualTo(TokenBatches.LENGTH);
    assertThat(batch.ids()).hasSize(4 * TokenBatches.LENGTH).doesNotContain(TokenBatch.PADDING);
    assertThat(batch.labels()).isNull();
    for (int row = 0; row < 4; row++) {
      int from = row * TokenBatches.LENGTH;
      int[] targets = Arrays.copyOfRange(batch.targets(), from, from + TokenBatches.LENGTH);
      int at =
          IntStream.range(0, targets.length).filter(t -> targets[t] >= 0).findFirst().orElseThrow();
      assertThat(batch.ids()[from + at]).isEqualTo(258);
      assertThat(targets[at]).isBetween((int) 'a', (int) 'z');
    }
  }

  @Test
  void sequencesComeWithLabelsAndTheLastBatchIsPartial() throws Exception {
    var stream = stream(SEQUENCES, DatasetServer.TEST - 2);

    var batch = assemble(stream, answer(stream, 19));

    assertThat(batch.samples()).isEqualTo(2);
    assertThat(batch.labels()).containsExactly(0, 1);
    assertThat(batch.targets()).isNull();
  }

  @Test
  void theLastBlockIsPadded() throws Exception {
    int predicted = DatasetServer.TEST * (TokenBatches.LENGTH + 1) - 1;
    int blocks = Math.ceilDiv(predicted, 10);
    var stream = stream(BLOCKS, blocks);

    var batch = assemble(stream, answer(stream, (blocks - 1) / 4));

    int tokens = 1 + (predicted - 1) % 10 + 1;
    int last = (batch.samples() - 1) * batch.length();
    assertThat(batch.ids()[last + tokens - 1]).isEqualTo(256);
    assertThat(batch.ids()[last + tokens]).isEqualTo(TokenBatch.PADDING);
  }

  @Test
  void oneChangedLengthIsNoticed() {
    var stream = stream(MASKED, DatasetServer.TRAIN);
    var changed = answer(stream, 0).toBuilder();
    changed.getTokensBuilder().setLengths(2, 5);
    assertThatThrownBy(() -> assemble(stream, changed.build()))
        .isInstanceOf(Spoilt.class)
        .hasMessageContaining("SHA-256");
  }

  @Test
  void whatWasNotAskedForIsRefused() {
    var masked = stream(MASKED, DatasetServer.TRAIN);
    assertThatThrownBy(() -> assemble(masked, answer(stream(SEQUENCES, DatasetServer.TRAIN), 0)))
        .hasMessage("targets: 0 (expected: 1)");
    var longer = answer(masked, 0).toBuilder();
    longer.getTokensBuilder().setLength(21);
    assertThatThrownBy(() -> assemble(masked, longer.build()))
        .hasMessage("length: 21 (expected: 20)");
    var pixels = TestStreams.train(0, 10);
    assertThatThrownBy(() -> assemble(pixels, answer(masked, 0)))
        .hasMessage("views: 0 (expected: 2)");
    var unlabelled = answer(stream(SEQUENCES, DatasetServer.TRAIN), 0).toBuilder();
    unlabelled.getTokensBuilder().clearLabels();
    assertThatThrownBy(() -> assemble(stream(SEQUENCES, DatasetServer.TRAIN), unlabelled.build()))
        .hasMessage("labels: 0 (expected: 4)");
  }

  private static StreamSpec stream(AugmentationSpec view, int samples) {
    var split = samples > DatasetServer.TEST && !view.hasTokenBlocks() ? "train" : "test";
    return new StreamSpec("tokens", "notes", 1, split, null, view, 3, 4, samples, 0, 1000);
  }

  private static Batch answer(StreamSpec stream, long index) {
    var asked = stream.request(TestStreams.ASKER, 0, index, 1, 0).toBuilder();
    if (stream.samples() < DatasetServer.TEST) {
      asked.getSelectionBuilder().setCount(stream.samples());
    }
    return TokenBatches.answer(asked.build()).getFirst();
  }

  private static TokenBatch assemble(StreamSpec stream, Batch record) throws Spoilt {
    return (TokenBatch) new Assembler(stream).add(record).orElseThrow();
  }
}
