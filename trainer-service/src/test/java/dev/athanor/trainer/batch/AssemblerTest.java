package dev.athanor.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.trainer.peer.PatternBatches;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AssemblerTest {
  private static final StreamSpec STREAM = TestStreams.train(0, 10);

  private final Assembler assembler = new Assembler(STREAM);

  @Test
  void partsInAnyOrderMakeTheSameBatch() throws Exception {
    var expected = assemble(parts(3, 1, 1));
    for (int seed = 0; seed < 20; seed++) {
      var parts = new ArrayList<>(parts(3, 1, 5));
      Collections.shuffle(parts, new Random(seed));
      assertThat(assemble(parts).pixels()).isEqualTo(expected.pixels());
    }
  }

  @Test
  void aPartThatComesTwiceCountsOnce() throws Exception {
    var parts = parts(0, 1, 3);
    assertThat(assembler.add(parts.get(0))).isEmpty();
    assertThat(assembler.add(parts.get(0))).isEmpty();
    assertThat(assembler.add(parts.get(1))).isEmpty();
    assertThat(assembler.add(parts.get(1))).isEmpty();
    assertThat(assembler.add(parts.get(2))).isPresent();
  }

  @Test
  void partsOfDifferentAttemptsNeverMix() throws Exception {
    var first = parts(0, 1, 2);
    var second = parts(0, 2, 2);
    assertThat(assembler.add(first.get(0))).isEmpty();
    assertThat(assembler.add(second.get(1))).isEmpty();
    assertThat(assembler.add(second.get(0))).isPresent();
  }

  @Test
  void attemptsMayBeCutDifferently() throws Exception {
    assertThat(assembler.add(parts(0, 1, 2).get(0))).isEmpty();
    var second = parts(0, 2, 4);
    assertThat(assembler.add(second.get(3))).isEmpty();
    assertThat(assembler.add(second.get(2))).isEmpty();
    assertThat(assembler.add(second.get(1))).isEmpty();
    assertThat(assembler.add(second.get(0))).isPresent();
  }

  @Test
  void batchesAreAssembledSideBySide() throws Exception {
    var one = parts(1, 1, 2);
    var two = parts(2, 1, 2);
    assertThat(assembler.add(two.get(1))).isEmpty();
    assertThat(assembler.add(one.get(1))).isEmpty();
    assertThat(assembler.add(two.get(0))).isPresent();
    assertThat(assembler.add(one.get(0))).isPresent();
  }

  @Test
  void labelsOfEvaluationComeAlong() throws Exception {
    var stream = TestStreams.evaluation(10);
    var evaluation = new Assembler(stream);
    var request = stream.request(TestStreams.ASKER, 0, 2, 1, 0);
    Optional<dev.athanor.learning.batch.Batch> whole = Optional.empty();
    for (var part : PatternBatches.answer(request, 10, 3).reversed()) {
      whole = evaluation.add(part);
    }
    assertThat(whole.orElseThrow().samples()).isEqualTo(2);
    assertThat(whole.orElseThrow().labels()).containsExactly(0, 1);
  }

  @Test
  void oneChangedByteIsNoticedAndTheAttemptForgotten() throws Exception {
    var parts = parts(0, 1, 2);
    var bytes = parts.get(1).getPixels().getBytes().toByteArray();
    bytes[5] ^= 1;
    var changed = parts.get(1).toBuilder();
    changed.getPixelsBuilder().setBytes(ByteString.copyFrom(bytes));
    assembler.add(parts.get(0));
    assertThatThrownBy(() -> assembler.add(changed.build()))
        .isInstanceOf(Spoilt.class)
        .hasMessageContaining("SHA-256");
    assertThat(assemble(parts(0, 2, 2))).isNotNull();
  }

  @Test
  void changedLabelsAreNoticed() {
    var stream = TestStreams.evaluation(10);
    var part =
        PatternBatches.answer(stream.request(TestStreams.ASKER, 0, 0, 1, 0), 10, 1)
            .getFirst()
            .toBuilder();
    part.getPixelsBuilder().setLabels(0, 3);
    assertThatThrownBy(() -> new Assembler(stream).add(part.build())).isInstanceOf(Spoilt.class);
  }

  @Test
  void aBatchOfAnotherShapeIsRefused() {
    var part = parts(0, 1, 1).getFirst().toBuilder();
    part.getPixelsBuilder().setHeight(9);
    assertThatThrownBy(() -> assembler.add(part.build()))
        .isInstanceOf(Spoilt.class)
        .hasMessage("height: 9 (expected: 8)");
  }

  @Test
  void missingLabelsAreRefused() {
    var stream = TestStreams.evaluation(10);
    var part =
        PatternBatches.answer(stream.request(TestStreams.ASKER, 0, 0, 1, 0), 10, 1)
            .getFirst()
            .toBuilder();
    part.getPixelsBuilder().clearLabels();
    assertThatThrownBy(() -> new Assembler(stream).add(part.build()))
        .hasMessage("labels: 0 (expected: 4)");
  }

  @Test
  void aPartBeyondThePartsIsRefused() {
    var part = parts(0, 1, 2).getFirst().toBuilder().setPart(2).build();
    assertThatThrownBy(() -> assembler.add(part)).hasMessageContaining("part 2 of 2");
  }

  @Test
  void aShortPayloadIsRefused() {
    var part = parts(0, 1, 1).getFirst().toBuilder();
    part.getPixelsBuilder().setBytes(ByteString.copyFrom(new byte[3]));
    assertThatThrownBy(() -> assembler.add(part.build()))
        .hasMessageStartingWith("payload: 3 (expected:");
  }

  private static List<Batch> parts(long index, int attempt, int parts) {
    return PatternBatches.answer(
        STREAM.request(TestStreams.ASKER, 0, index, attempt, 0), 40, parts);
  }

  private static ImageBatch assemble(List<Batch> parts) throws Spoilt {
    var assembler = new Assembler(STREAM);
    Optional<dev.athanor.learning.batch.Batch> whole = Optional.empty();
    for (var part : parts) {
      assertThat(whole).isEmpty();
      whole = assembler.add(part);
    }
    return (ImageBatch) whole.orElseThrow();
  }
}
