package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {
  private final Room room = new Room(1000, 100);
  private final Caller one = new Caller("one", Urgency.INTERACTIVE);
  private final Caller other = new Caller("other", Urgency.INTERACTIVE);
  private final Caller bulk = new Caller("bulk", Urgency.BULK);
  private final List<String> entered = new ArrayList<>();

  @Test
  void whatIsPreparedIsBounded() {
    var lane = lane("a@1", 100);
    enter(one, lane, 100);
    assertThat(entered).hasSize(8);
    room.leave(lane, 3);
    assertThat(entered).hasSize(11);
    room.leave(lane, 8);
    assertThat(entered).hasSize(19);
  }

  @Test
  void smallInputsNeedNoRoom() {
    var texts = lane("texts@1", 10);
    enter(one, texts, 200);
    enter(one, lane("a@1", 100), 100);
    assertThat(entered).hasSize(208);
    room.leave(texts, 200);
    assertThat(entered).hasSize(208);
  }

  @Test
  void whatIsLargerThanTheRoomHasItAlone() {
    var large = lane("large@1", 5000);
    var lane = lane("a@1", 100);
    enter(one, lane, 2);
    enter(one, large, 2);
    enter(other, lane, 1);
    assertThat(entered).containsExactly("one a@1", "one a@1");
    room.leave(lane, 1);
    assertThat(entered).hasSize(2);
    room.leave(lane, 1);
    assertThat(entered).hasSize(3).endsWith("one large@1");
    room.leave(large, 1);
    assertThat(entered).hasSize(4).endsWith("other a@1");
    room.leave(lane, 1);
    assertThat(entered).hasSize(5).endsWith("one large@1");
  }

  @Test
  void callersTakeTurnsAndBulkGetsOneInEight() {
    var lane = lane("a@1", 5000);
    enter(bulk, lane, 1);
    enter(one, lane, 7);
    enter(bulk, lane, 2);
    enter(other, lane, 4);
    for (int i = 0; i < 13; i++) {
      room.leave(lane, 1);
    }
    assertThat(entered.stream().map(it -> it.substring(0, it.indexOf(' '))))
        .containsExactly(
            "bulk", "one", "other", "one", "other", "one", "other", "one", "bulk", "other", "one",
            "one", "one", "bulk");
  }

  @Test
  void aModelThatIsSlowLeavesRoomForOthers() {
    var slow = lane("slow@1", 100);
    var quick = lane("quick@1", 50);
    enter(one, slow, 100);
    enter(other, quick, 100);
    assertThat(Collections.frequency(entered, "other quick@1")).isEqualTo(4);
    for (int i = 0; i < 20; i++) {
      room.leave(quick, 4);
    }
    assertThat(Collections.frequency(entered, "other quick@1")).isGreaterThan(80);
  }

  private void enter(Caller caller, Lane lane, int inputs) {
    for (int i = 0; i < inputs; i++) {
      room.enter(caller, lane, () -> entered.add(caller.name() + " " + lane.model()));
    }
  }

  private static Lane lane(String model, int bytes) {
    return new Lane(model, _ -> new float[0][], new BatchLimits(1, Duration.ZERO), bytes);
  }
}
