package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.encoder.Encoder;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The batcher, driven by hand: no thread, no clock.
class BatcherTest {
  private static final Duration DELAY = Duration.ofMillis(5);

  private final Inputs inputs = new Inputs();
  private final Inputs.Workers workers = new Inputs.Workers();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Room room = new Room(Float.BYTES, 2);
  private final Costs costs = new Costs(Duration.ofSeconds(1));
  private final AtomicLong passes = new AtomicLong();
  private final Batcher batcher =
      new Batcher(
          workers, 1, inputs.ticker::get, passes::get, new ServingMetrics(meters), room, costs);
  private final Lane lane = Inputs.lane("a@1", 4, DELAY);

  @Test
  void callsShareAForwardPassAndEachGetsItsOwnVectors() {
    var one = inputs.call("one", Urgency.INTERACTIVE, 2);
    var other = inputs.call("other", Urgency.INTERACTIVE, 2);
    batcher.submit(one, 1, lane, Inputs.number(11));
    batcher.submit(other, 0, lane, Inputs.number(20));
    batcher.submit(one, 0, lane, Inputs.number(10));
    batcher.submit(other, 1, lane, Inputs.number(21));
    batcher.turn();
    workers.runOne();

    assertThat(one.vectors().join()).isDeepEqualTo(new float[][] {{20}, {22}});
    assertThat(other.vectors().join()).isDeepEqualTo(new float[][] {{40}, {42}});
    assertThat(meters.get("athanor.embedding.batch.size").summary().count()).isEqualTo(1);
    assertThat(meters.get("athanor.embedding.batch.size").summary().totalAmount()).isEqualTo(4);
  }

  @Test
  void ofAPassThatOthersHoldUpHalfAsMuchAgainIsBelieved() {
    pass(Duration.ofMillis(12), Duration.ofMillis(10));
    assertThat(costs.ofInput("a@1")).isEqualTo(12_000_000);
    pass(Duration.ofMillis(90), Duration.ofMillis(10));
    assertThat(costs.ofInput("a@1")).isBetween(12_000_001L, 15_000_000L);
  }

  /// A forward pass of one input.
  private void pass(Duration took, Duration byItself) {
    Encoder held =
        _ -> {
          inputs.pass(took);
          passes.addAndGet(byItself.toNanos());
          return new float[][] {{1}};
        };
    var slow = new Lane("a@1", held, new BatchLimits(4, Duration.ZERO), Float.BYTES);
    batcher.submit(inputs.call("one"), 0, slow, Inputs.number(1));
    batcher.turn();
    workers.runOne();
  }

  @Test
  void aLoneInputIsNotHeldUp() {
    submit();
    batcher.turn();
    assertThat(workers.waiting()).isEqualTo(1);
    workers.runOne();
    inputs.pass(DELAY.plusNanos(1));
    submit();
    batcher.turn();
    assertThat(workers.waiting()).isEqualTo(1);
  }

  @Test
  void whoeverComesSoonAfterAnotherWaitsForAgeAndNotLonger() {
    submit();
    batcher.turn();
    workers.runOne();
    inputs.pass(DELAY);
    submit();
    assertThat(batcher.turn()).isEqualTo(DELAY.toNanos());
    assertThat(workers.waiting()).isZero();
    inputs.pass(DELAY);
    batcher.turn();
    assertThat(workers.waiting()).isEqualTo(1);
  }

  @Test
  void oneOfSeveralInputsWaitsForTheOthers() {
    batcher.submit(inputs.call("one", Urgency.INTERACTIVE, 2), 0, lane, Inputs.number(1));
    assertThat(batcher.turn()).isEqualTo(DELAY.toNanos());
    assertThat(workers.waiting()).isZero();
  }

  @Test
  void noMorePassesRunThanThereAreWorkers() {
    for (int i = 0; i < 8; i++) {
      submit();
    }
    assertThat(batcher.turn()).isEqualTo(BatchQueue.NEVER);
    assertThat(workers.waiting()).isEqualTo(1);
    assertThat(length("interactive")).isEqualTo(4);
    workers.runOne();
    batcher.turn();
    assertThat(workers.waiting()).isEqualTo(1);
    assertThat(length("interactive")).isZero();
  }

  @Test
  void whoeverLeavesWhileTheWorkersAreBusyIsNotInferred() {
    for (int i = 0; i < 4; i++) {
      submit();
    }
    batcher.turn();
    var leaver = submit();
    var stayer = submit();
    leaver.abandon();
    inputs.pass(DELAY);
    workers.runOne();
    batcher.turn();
    workers.runOne();

    assertThat(stayer.vectors()).isCompleted();
    assertThat(meters.get("athanor.embedding.batch.size").summary().totalAmount()).isEqualTo(5);
    assertThat(meters.get("athanor.embedding.dropped").tag("reason", "caller").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aPassThatFailsFailsItsCallsAndTheNextOneRuns() {
    var broken =
        new Lane(
            "broken@1",
            _ -> {
              throw new IllegalStateException("the graph does not fit its card");
            },
            new BatchLimits(1, Duration.ZERO),
            1);
    var failing = inputs.call("one");
    batcher.submit(failing, 0, broken, Inputs.number(0));
    batcher.turn();
    workers.runOne();
    assertThatThrownBy(() -> failing.vectors().join())
        .hasRootCauseMessage("the graph does not fit its card");

    var call = submit();
    inputs.pass(DELAY);
    batcher.turn();
    workers.runOne();
    assertThat(call.vectors()).isCompleted();
  }

  @Test
  void aVectorThatIsNotFiniteIsItsCallersProblemAlone() {
    var overflowing = inputs.call("one");
    batcher.submit(overflowing, 0, lane, Inputs.number(Float.MAX_VALUE));
    var other = submit();
    inputs.pass(DELAY);
    batcher.turn();
    workers.runOne();

    assertThat(other.vectors()).isCompleted();
    assertThatThrownBy(() -> overflowing.vectors().join())
        .cause()
        .isInstanceOf(Problem.class)
        .hasMessageContaining("Infinity");
  }

  @Test
  void anInputHasItsRoomUntilItIsInferredOrDropped() {
    var one = inputs.call("one");
    var leaving = inputs.call("one");
    var other = inputs.call("other");
    var entered = new ArrayList<Call>();
    for (var call : List.of(one, leaving, other)) {
      room.enter(
          call.caller(),
          lane,
          () -> {
            entered.add(call);
            batcher.submit(call, 0, lane, Inputs.number(1));
          });
    }
    batcher.turn();
    assertThat(entered).containsExactly(one);
    workers.runOne();
    assertThat(entered).containsExactly(one, leaving);

    leaving.abandon();
    inputs.pass(DELAY);
    batcher.turn();
    assertThat(entered).containsExactly(one, leaving, other);
    inputs.pass(DELAY);
    batcher.turn();
    workers.runOne();
    assertThat(other.vectors()).isCompleted();
  }

  @Test
  void tokensAreCountedWithoutTheirPadding() {
    var reading =
        new Lane(
            "words@1",
            inputs -> inputs.stream().map(_ -> new float[] {1}).toArray(float[][]::new),
            new BatchLimits(24, DELAY),
            1);
    var call = inputs.call("one", Urgency.INTERACTIVE, 2);
    batcher.submit(call, 0, reading, new Prepared.Tokens(new int[9]));
    batcher.submit(call, 1, reading, new Prepared.Tokens(new int[12]));
    batcher.turn();
    workers.runOne();

    assertThat(call.vectors()).isCompleted();
    assertThat(call.tokens()).isEqualTo(21);
    assertThat(meters.get("athanor.embedding.tokens").counter().count()).isEqualTo(21);
    assertThat(meters.get("athanor.embedding.padding").summary().max()).isEqualTo(0.125);
  }

  private Call submit() {
    var call = inputs.call("caller");
    batcher.submit(call, 0, lane, Inputs.number(1));
    return call;
  }

  private double length(String urgency) {
    return meters.get("athanor.embedding.queue.length").tag("class", urgency).gauge().value();
  }
}
