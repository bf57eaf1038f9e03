package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.encoder.Tried;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  private static final Duration DELAY = Duration.ofMillis(5);

  private final Inputs inputs = new Inputs();
  private final List<Call.Gone> dropped = new ArrayList<>();
  private final Costs costs = new Costs(Duration.ofSeconds(1));
  private final BatchQueue queue = new BatchQueue(1, costs, (_, gone) -> dropped.add(gone));
  private final Lane lane = Inputs.lane("a@1", 4, DELAY);

  @Test
  void aBatchClosesBySize() {
    for (int i = 0; i < 3; i++) {
      add("one", lane);
    }
    assertThat(next()).isEmpty();
    add("one", lane);
    add("one", lane);
    assertThat(next()).hasSize(4);
    assertThat(next()).isEmpty();
  }

  @Test
  void aBatchClosesByTheAgeOfItsOldestInput() {
    add("one", lane);
    inputs.pass(Duration.ofMillis(3));
    add("one", lane);
    assertThat(next()).isEmpty();
    assertThat(queue.nanosUntilDue(inputs.ticker.get())).isEqualTo(2_000_000);
    inputs.pass(Duration.ofMillis(2));
    assertThat(next()).hasSize(2);
    assertThat(queue.nanosUntilDue(inputs.ticker.get())).isEqualTo(BatchQueue.NEVER);
  }

  @Test
  void fewerThanFillABatchAreSharedByTheForwardPasses() {
    var shared = new BatchQueue(2, costs, (_, _) -> {});
    var roomy = Inputs.lane("roomy@1", 8, DELAY);
    for (int i = 0; i < 5; i++) {
      shared.add(inputs.item(inputs.call("one"), roomy));
    }
    inputs.pass(DELAY);
    assertThat(next(shared)).hasSize(3);
    assertThat(next(shared)).hasSize(1);
    assertThat(next(shared)).hasSize(1);
    assertThat(next(shared)).isEmpty();
  }

  @Test
  void aFullBatchIsNotShared() {
    var shared = new BatchQueue(2, costs, (_, _) -> {});
    for (int i = 0; i < 5; i++) {
      shared.add(inputs.item(inputs.call("one"), lane));
    }
    assertThat(next(shared)).hasSize(4);
  }

  @Test
  void textsAreSharedByTheForwardPassesToo() {
    var shared = new BatchQueue(2, costs, (_, _) -> {});
    var words = Inputs.lane("words@1", 1024, DELAY);
    for (int i = 0; i < 6; i++) {
      shared.add(inputs.text(inputs.call("one"), words, 30));
    }
    inputs.pass(DELAY);
    assertThat(next(shared)).hasSize(3);
  }

  @Test
  void whatNobodyWaitsForIsDroppedAndMakesRoom() {
    var gone = inputs.call("gone");
    var failed = inputs.call("failed");
    var late = inputs.call("late");
    for (var call : List.of(gone, failed, late)) {
      queue.add(inputs.item(call, lane));
    }
    gone.abandon();
    failed.fail(new IllegalStateException("another input of it was no image"));
    inputs.pass(Inputs.PATIENCE);
    for (int i = 0; i < 4; i++) {
      add("there", lane);
    }

    assertThat(next()).containsOnly("there").hasSize(4);
    assertThat(dropped).containsExactly(Call.Gone.CALLER, Call.Gone.FAILED, Call.Gone.DEADLINE);
    assertThat(late.vectors()).isCompletedExceptionally();
  }

  @Test
  void whoeverIsFoundGoneWhenTheirTurnHasComeIsNotInferred() {
    var looks = new AtomicInteger();
    var gone = inputs.call("gone");
    gone.lookBeforeInference(
        () -> {
          looks.incrementAndGet();
          gone.abandon();
        });
    queue.add(inputs.item(gone, lane));
    queue.add(inputs.item(gone, lane));
    add("there", lane);
    inputs.pass(DELAY);
    assertThat(next()).containsExactly("there");
    assertThat(dropped).containsExactly(Call.Gone.CALLER, Call.Gone.CALLER);
    assertThat(looks).hasValue(1);

    var alone = inputs.call("alone");
    alone.lookBeforeInference(alone::abandon);
    queue.add(inputs.item(alone, lane));
    inputs.pass(DELAY);
    assertThat(next()).isEmpty();
    assertThat(queue.nanosUntilDue(inputs.ticker.get())).isEqualTo(BatchQueue.NEVER);
  }

  @Test
  void aLaneOfNothingButTheGoneIsNoBatch() {
    var call = inputs.call("gone");
    queue.add(inputs.item(call, lane));
    call.abandon();
    inputs.pass(DELAY);
    assertThat(next()).isEmpty();
    assertThat(queue.nanosUntilDue(inputs.ticker.get())).isEqualTo(BatchQueue.NEVER);
  }

  @Test
  void modelsTakeTurns() {
    var other = Inputs.lane("b@1", 4, DELAY);
    for (int i = 0; i < 12; i++) {
      add("a", lane);
    }
    for (int i = 0; i < 4; i++) {
      add("b", other);
    }
    assertThat(next()).containsOnly("a");
    assertThat(next()).containsOnly("b");
    assertThat(next()).containsOnly("a");
    assertThat(next()).containsOnly("a");
  }

  /// A pass of the one takes as long as nine of the other.
  @Test
  void modelsHaveTheSameTimeAndNotTheSameNumberOfPasses() {
    var light = Inputs.lane("b@1", 4, DELAY);
    costs.passed("a@1", 4, 4, 4, 9_000_000);
    costs.passed("b@1", 4, 4, 4, 1_000_000);
    for (int i = 0; i < 400; i++) {
      add("heavy", lane);
      add("light", light);
    }
    var served = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      served.add(next().getFirst());
    }
    assertThat(Collections.frequency(served, "heavy")).isBetween(5, 6);
  }

  @Test
  void aModelThatWantedNothingHasNotSavedUpItsTime() {
    var late = Inputs.lane("b@1", 4, DELAY);
    costs.passed("a@1", 4, 4, 4, 1_000_000);
    costs.passed("b@1", 4, 4, 4, 1_000_000);
    for (int i = 0; i < 80; i++) {
      add("early", lane);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(next()).containsOnly("early");
    }
    for (int i = 0; i < 16; i++) {
      add("late", late);
    }
    var served = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      served.add(next().getFirst());
    }
    assertThat(Collections.frequency(served, "early")).isBetween(2, 4);
  }

  @Test
  void aPassOfAHeavyModelIsShort() {
    costs.passed("a@1", 4, 4, 4, Duration.ofSeconds(1).toNanos());
    for (int i = 0; i < 8; i++) {
      add("one", lane);
    }
    assertThat(next()).hasSize(2);
    costs.passed("a@1", 4, 2, 2, Duration.ofMinutes(1).toNanos());
    add("one", lane);
    assertThat(next()).hasSize(1);
  }

  /// After a restart, say, or a new version: many calls may come before the first pass is over.
  @Test
  void aPassOfAModelThatWasOnlyTriedIsShortAndCharged() {
    var light = Inputs.lane("b@1", 4, DELAY);
    costs.tried("a@1", 4, new Tried(Inputs.number(1), Duration.ofSeconds(2).toNanos()));
    costs.passed("b@1", 4, 4, 4, Duration.ofMillis(4).toNanos());
    for (int i = 0; i < 4; i++) {
      add("heavy", lane);
    }
    for (int i = 0; i < 8; i++) {
      add("light", light);
    }

    assertThat(next()).containsExactly("heavy");
    assertThat(next()).containsOnly("light").hasSize(4);
    assertThat(next()).containsOnly("light").hasSize(4);
    assertThat(next()).containsExactly("heavy");
  }

  @Test
  void aUnitOfATextThatWasOnlyTriedIsAToken() {
    costs.tried("a@1", 4, new Tried(new Prepared.Tokens(new int[500]), 512_000));
    assertThat(costs.ofUnit("a@1")).isEqualTo(1000);
    costs.passed("a@1", 4, 2, 16, 48_000);
    assertThat(costs.ofUnit("a@1")).isEqualTo(3000);
    assertThat(costs.ofInput("a@1")).isEqualTo(24_000);
  }

  @Test
  void callersTakeTurns() {
    for (int i = 0; i < 10; i++) {
      add("greedy", lane);
    }
    add("modest", lane);
    add("shy", lane);
    assertThat(next()).containsExactly("greedy", "modest", "shy", "greedy");
  }

  @Test
  void bulkGivesWayButIsNotStarved() {
    var wide = Inputs.lane("a@1", 16, DELAY);
    for (int i = 0; i < 40; i++) {
      queue.add(inputs.item(inputs.call("bulk", Urgency.BULK, 1), wide));
    }
    for (int i = 0; i < 40; i++) {
      add("interactive", wide);
    }
    var first = next();
    assertThat(Collections.frequency(first, "bulk")).isEqualTo(2);
    assertThat(first.getFirst()).isEqualTo("interactive");
    var second = next();
    assertThat(Collections.frequency(second, "bulk")).isEqualTo(2);
    assertThat(Collections.frequency(next(), "bulk")).isGreaterThan(2); // no more interactive ones
  }

  @Test
  void anInputThatCostsMoreThanABatchGoesAlone() {
    queue.add(inputs.text(inputs.call("long"), lane, 9));
    add("short", lane);
    assertThat(next()).containsExactly("long");
    inputs.pass(DELAY);
    assertThat(next()).containsExactly("short");
  }

  @Test
  void aBatchOfTextsClosesByItsTokensWithTheirPadding() {
    var words = Inputs.lane("words@1", 48, DELAY);
    for (int i = 0; i < 3; i++) {
      queue.add(inputs.text(inputs.call("one"), words, 9 + i)); // up to 12 each
    }
    assertThat(next()).isEmpty();
    queue.add(inputs.text(inputs.call("one"), words, 12));
    assertThat(next()).hasSize(4);
  }

  @Test
  void textsOfOtherLengthsHaveBatchesOfTheirOwnInTurn() {
    var words = Inputs.lane("words@1", 32, DELAY);
    for (int i = 0; i < 3; i++) {
      queue.add(inputs.text(inputs.call("long"), words, 30));
      queue.add(inputs.text(inputs.call("short"), words, 5));
    }
    assertThat(next()).containsExactly("long");
    assertThat(next()).containsExactly("long");
    assertThat(next()).containsExactly("long");
    assertThat(next()).isEmpty(); // 24 of 32 tokens, and young
    inputs.pass(DELAY);
    queue.add(inputs.text(inputs.call("long"), words, 30));
    assertThat(next()).containsExactly("short", "short", "short");
    assertThat(next()).containsExactly("long");
  }

  /// Bulk callers of long texts do not get more than their share by having a bucket to themselves.
  @Test
  void bulkHasItsShareOfPlacesInWhicheverBucketsItWaits() {
    var words = Inputs.lane("words@1", 64, DELAY);
    for (int i = 0; i < 60; i++) {
      queue.add(inputs.text(inputs.call("bulk", Urgency.BULK, 1), words, 60));
    }
    for (int i = 0; i < 320; i++) {
      queue.add(inputs.text(inputs.call("interactive"), words, 8));
    }
    var served = new ArrayList<String>();
    while (Collections.frequency(served, "interactive") < 320) {
      served.addAll(next());
    }
    assertThat(Collections.frequency(served, "bulk")).isBetween(320 / 9, 320 / 7);
    assertThat(served.subList(0, 8)).doesNotContain("bulk");
    assertThat(next()).containsExactly("bulk"); // whoever is left
  }

  @Test
  void lengthsShareABucketWithinHalfAnOctave() {
    int[] tokens = {1, 8, 9, 12, 13, 16, 17, 24, 25, 32, 33, 48, 49, 128, 129, 512};
    int[] widths = {8, 8, 12, 12, 16, 16, 24, 24, 32, 32, 48, 48, 64, 128, 192, 512};
    for (int i = 0; i < tokens.length; i++) {
      var text = new Prepared.Tokens(new int[tokens[i]]);
      assertThat(LengthBuckets.cost(text)).as("%d tokens", tokens[i]).isEqualTo(widths[i]);
    }
    assertThat(LengthBuckets.cost(Inputs.number(1))).isEqualTo(1);
  }

  private void add(String caller, Lane to) {
    queue.add(inputs.item(inputs.call(caller), to));
  }

  private List<String> next() {
    return next(queue);
  }

  private List<String> next(BatchQueue from) {
    return from.next(inputs.ticker.get()).map(Inputs::callers).orElse(List.of());
  }
}
