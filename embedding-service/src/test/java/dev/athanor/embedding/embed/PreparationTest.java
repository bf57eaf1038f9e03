package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.Pictures;
import dev.athanor.embedding.batching.BatchLimits;
import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.batching.Lane;
import dev.athanor.embedding.batching.Room;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreparationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ImageInput SHAPE =
      new ImageInput(8, 8, 3, new float[] {0, 0, 0}, new float[] {1, 1, 1});
  private static final int BYTES = SHAPE.values() * Float.BYTES;
  private static final Card CARD =
      new Card(
          new Card.Pixels("pixels", SHAPE),
          new Card.Output("embedding", 4, Card.Pooling.NONE, false));
  private static final Lane LANE =
      new Lane("a@1", _ -> new float[0][], new BatchLimits(1, Duration.ZERO), BYTES);

  private final AtomicLong ticker = new AtomicLong();
  private final Room room = new Room(5 * BYTES, 10);
  private final LargeImages large = new LargeImages(2 * 30_000, 2);
  private final Preparation preparation =
      new Preparation(2, large, room, new ServingMetrics(new SimpleMeterRegistry()));
  private final Map<Integer, Prepared> ready = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    preparation.close();
  }

  @Test
  void noMoreIsPreparedThanThereIsRoomFor() {
    begin(Collections.nCopies(20, new Input.Tensor(new float[SHAPE.values()])));
    for (int prepared = 4; prepared < 20; prepared++) {
      int now = prepared;
      await().atMost(PATIENCE).until(() -> ready.size() == now);
      room.leave(LANE, 1);
    }
    await().atMost(PATIENCE).until(() -> ready.size() == 20);
  }

  @Test
  void whatCannotBePreparedLeavesItsRoom() {
    for (int i = 0; i < 10; i++) {
      var call = begin(List.of(new Input.Encoded(new byte[7])));
      assertThat(call.vectors()).failsWithin(PATIENCE);
    }
    begin(List.of(new Input.Tensor(new float[SHAPE.values()])));
    await().atMost(PATIENCE).until(() -> ready.size() == 1);
  }

  /// Else whoever asks again and again while an encoder loads, or others have the room, fills the
  /// heap with what he is not charged for any more.
  @Test
  void whatWaitsForRoomHoldsNoInputsOnceItsCallIsOver() {
    begin(Collections.nCopies(20, new Input.Tensor(new float[SHAPE.values()])));
    await().atMost(PATIENCE).until(() -> ready.size() == 4);
    var parked = park();
    assertThat(parked.values().get()).isNotNull();

    parked.call().abandon();

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              System.gc();
              return parked.values().refersTo(null);
            });
  }

  private record Parked(Call call, WeakReference<float[]> values) {}

  private Parked park() {
    var values = new float[SHAPE.values()];
    return new Parked(begin(List.of(new Input.Tensor(values))), new WeakReference<>(values));
  }

  @Test
  void aLargeImageIsPreparedAsASmallOneIs() {
    var image = Pictures.noise(120, 110, new Random(3));
    var file = new Input.Encoded(Pictures.png(image));
    assertThat(large.has(file)).isTrue();
    begin(List.of(file));
    await().atMost(PATIENCE).until(() -> ready.size() == 1);
    assertThat(((Prepared.Pixels) ready.values().iterator().next()).values())
        .containsExactly(ImagePreprocessing.tensor(image, SHAPE));
  }

  @Test
  void largeImagesAreDecodedInTurnAndWaitNoLongerThanTheirCaller() throws Exception {
    var file = new Input.Encoded(Pictures.png(Pictures.noise(120, 110, new Random(4))));
    var deadline = Deadline.after(PATIENCE, System::nanoTime);
    var first = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var decoding = new AtomicInteger();
    large.execute(
        new Caller("one", Urgency.INTERACTIVE),
        () ->
            large.inTurn(
                file,
                deadline,
                () -> {
                  first.countDown();
                  awaitLatch(go);
                  return decoding.incrementAndGet();
                }));
    awaitLatch(first);
    var past = Deadline.after(Duration.ZERO, ticker::get);
    assertThatThrownBy(() -> large.inTurn(file, past, decoding::incrementAndGet))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("deadline");
    assertThat(decoding).hasValue(0);
    go.countDown();
    assertThat(large.inTurn(file, deadline, decoding::incrementAndGet)).isEqualTo(2);
  }

  @Test
  void onlyLargeImagesThatTheDecoderTakesAreLarge() {
    assertThat(large.has(new Input.Encoded(Pictures.png(Pictures.noise(100, 100, new Random(5))))))
        .isFalse();
    assertThat(large.has(new Input.Encoded(Pictures.bomb()))).isFalse();
    assertThat(large.has(new Input.Encoded(new byte[7]))).isFalse();
    assertThat(large.has(new Input.Tensor(new float[100_000]))).isFalse();
  }

  /// Also of inputs so small that they need no room.
  @Test
  void aCallerOfManyCallsHoldsUpNobodyElse() {
    var small = new Lane("a@1", _ -> new float[0][], new BatchLimits(1, Duration.ZERO), 1);
    var go = new CountDownLatch(1);
    var order = new CopyOnWriteArrayList<String>();
    for (int i = 0; i < 50; i++) {
      begin(
          new Caller("greedy", Urgency.BULK),
          small,
          one(),
          (_, _) -> {
            awaitLatch(go);
            order.add("greedy");
          });
    }
    begin(new Caller("modest", Urgency.INTERACTIVE), small, one(), (_, _) -> order.add("modest"));
    go.countDown();

    await().atMost(PATIENCE).until(() -> order.size() == 51);
    // Two threads were at the greedy one's when the modest one came.
    assertThat(order.indexOf("modest")).isLessThan(5);
  }

  private static List<Input> one() {
    return List.of(new Input.Tensor(new float[SHAPE.values()]));
  }

  private Call begin(List<? extends Input> inputs) {
    return begin(new Caller("one", Urgency.INTERACTIVE), LANE, inputs, ready::put);
  }

  private Call begin(
      Caller caller, Lane lane, List<? extends Input> inputs, Preparation.Ready then) {
    var call = new Call(caller, "raw", null, Deadline.after(PATIENCE, ticker::get), inputs.size());
    preparation.begin(call, lane, CARD, null, new CallInputs(call, inputs), then);
    return call;
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
