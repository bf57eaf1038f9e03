package dev.athanor.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.Failure;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.trainer.peer.PatternBatches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StreamTest {
  private static final StreamSpec SPEC = TestStreams.train(0, 10);

  private final AtomicLong now = new AtomicLong();
  private final List<ImageBatch> handedOn = new ArrayList<>();
  private final Stream stream = stream(TestStreams.ASKER);

  @Test
  void batchesAreHandedOnInTheOrderOfTheirIndices() {
    var parts = new ArrayList<Batch>();
    stream.due().forEach(ask -> parts.addAll(answer(ask.index(), ask.attempt(), 3)));
    Collections.shuffle(parts, new Random(5));
    parts.forEach(stream::accept);
    assertThat(handedOn).hasSize(10);
    for (int index = 0; index < 10; index++) {
      assertThat(handedOn.get(index).pixels()).isEqualTo(whole(index));
    }
  }

  @Test
  void aBatchThatComesTwiceIsHandedOnOnce() {
    stream.due();
    answer(0, 1, 2).forEach(stream::accept);
    answer(0, 1, 2).forEach(stream::accept);
    assertThat(handedOn).hasSize(1);
  }

  @Test
  void aLateAnswerToAnEarlierAttemptServesAsWell() {
    stream.due();
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(stream.due()).hasSize(10);
    answer(0, 1, 1).forEach(stream::accept);
    answer(0, 2, 1).forEach(stream::accept);
    assertThat(handedOn).hasSize(1);
  }

  @Test
  void answersToOthersAreNotForThisStream() {
    var ours = answer(0, 1, 1).getFirst();
    assertThat(stream.isFor(ours)).isTrue();
    assertThat(stream.isFor(ours.toBuilder().setFence(6).build())).isFalse();
    assertThat(stream.isFor(ours.toBuilder().setRunId("run-2").build())).isFalse();
    assertThat(stream.isFor(ours.toBuilder().setStream("align").build())).isFalse();
  }

  @Test
  void aBatchThatNobodyAskedForIsDropped() {
    stream.accept(answer(3, 1, 1).getFirst());
    assertThat(handedOn).isEmpty();
  }

  @Test
  void whatCannotBeMadeFailsWithItsReason() {
    stream.due();
    var failed =
        PatternBatches.reply(SPEC.request(TestStreams.ASKER, 0, 2, 1, 0))
            .setParts(1)
            .setFailure(
                Failure.newBuilder()
                    .setCode("sample-unreadable")
                    .setMessage("sample 17: truncated"))
            .build();
    assertThatThrownBy(() -> stream.accept(failed))
        .isInstanceOf(BatchFailure.class)
        .hasMessage("sample-unreadable: batch 2 of stream train: sample 17: truncated");
  }

  @Test
  void theFirstBatchBindsTheStreamToItsBuild() {
    var unbound = stream(new Asker("run-1", 7, null));
    assertThat(unbound.due()).hasSize(1);
    answer(0, 1, 1).forEach(unbound::accept);
    assertThat(unbound.asker().build()).isEqualTo(PatternBatches.BUILD);
    assertThat(unbound.due()).hasSize(9);
  }

  @Test
  void anotherBuildIsRefused() {
    stream.due();
    var other = answer(0, 1, 1).getFirst().toBuilder().setAugmenterBuild("pattern-2").build();
    assertThatThrownBy(() -> stream.accept(other))
        .isInstanceOf(BatchFailure.class)
        .hasMessageContaining("build pattern-2 (expected: pattern-1");
  }

  @Test
  void aSpoiltBatchIsAskedForAgain() {
    stream.due();
    var spoilt = answer(4, 1, 1).getFirst().toBuilder();
    spoilt.getPixelsBuilder().setWidth(7);
    stream.accept(spoilt.build());
    assertThat(stream.due())
        .extracting(Requests.Ask::index, Requests.Ask::attempt)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(4L, 2));
  }

  private Stream stream(Asker asker) {
    return new Stream(
        asker,
        SPEC,
        new Limits(1 << 20, 64, Duration.ofSeconds(10), 3),
        now::get,
        arrival -> handedOn.add((ImageBatch) arrival.batch()));
  }

  private static List<Batch> answer(long index, int attempt, int parts) {
    return PatternBatches.answer(SPEC.request(TestStreams.ASKER, 0, index, attempt, 0), 40, parts);
  }

  private static byte[] whole(long index) {
    return answer(index, 1, 1).getFirst().getPixels().getBytes().toByteArray();
  }
}
