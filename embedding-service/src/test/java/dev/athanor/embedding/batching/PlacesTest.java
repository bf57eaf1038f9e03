package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places(100);
  private final Caller one = new Caller("one", Urgency.INTERACTIVE);
  private final Caller other = new Caller("other", Urgency.INTERACTIVE);
  private final Caller bulk = new Caller("one", Urgency.BULK);

  @Test
  void aCallGetsAllItsPlacesOrNone() {
    assertThat(places.take(one, 101)).isFalse();
    assertThat(places.take(one, 100)).isTrue();
    assertThat(places.take(other, 1)).isFalse();
    places.giveBack(one, 100);
    assertThat(places.take(other, 100)).isTrue();
  }

  @Test
  void oneCallerLeavesRoomForANewcomer() {
    assertThat(fill(one)).isEqualTo(50);
    assertThat(fill(other)).isEqualTo(25);
    assertThat(fill(new Caller("third", Urgency.INTERACTIVE))).isEqualTo(13);
  }

  @Test
  void bulkLeavesHalfToInteractiveCallers() {
    for (int i = 0; i < 50; i++) {
      fill(new Caller("bulk-" + i, Urgency.BULK));
    }
    assertThat(fill(one)).isGreaterThanOrEqualTo(25);
  }

  @Test
  void whatIsGivenBackIsFree() {
    int most = fill(bulk);
    assertThat(most).isEqualTo(25);
    places.giveBack(bulk, most);
    assertThat(fill(bulk)).isEqualTo(most);
  }

  private int fill(Caller caller) {
    int taken = 0;
    while (places.take(caller, 1)) {
      taken++;
    }
    return taken;
  }
}
