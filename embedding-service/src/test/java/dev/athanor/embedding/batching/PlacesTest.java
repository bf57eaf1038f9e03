package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places(100, 1_000);
  private final Caller one = new Caller("one", Urgency.INTERACTIVE);
  private final Caller other = new Caller("other", Urgency.INTERACTIVE);
  private final Caller bulk = new Caller("one", Urgency.BULK);

  @Test
  void aCallGetsAllItsPlacesOrNone() {
    assertThat(places.take(one, 101, 0)).isFalse();
    assertThat(places.take(one, 100, 0)).isTrue();
    assertThat(places.take(other, 1, 0)).isFalse();
    places.giveBack(one, 100, 0);
    assertThat(places.take(other, 100, 0)).isTrue();
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
    places.giveBack(bulk, most, 0);
    assertThat(fill(bulk)).isEqualTo(most);
  }

  @Test
  void bulkIsNeverKeptFromAnEighth() {
    assertThat(fill(one)).isEqualTo(50);
    assertThat(fill(bulk)).isEqualTo(12);
    assertThat(fill(new Caller("two", Urgency.BULK))).isZero();
  }

  @Test
  void timeIsSharedLikePlaces() {
    int calls = 0;
    while (places.take(one, 1, 20)) {
      calls++;
    }
    assertThat(calls).isEqualTo(25); // 500 of 1,000
    assertThat(places.take(other, 1, 260)).isTrue();
    assertThat(places.take(other, 1, 20)).isFalse();
    for (int i = 0; i < calls; i++) {
      places.giveBack(one, 1, 20);
    }
    places.giveBack(other, 1, 260);
    assertThat(places.take(one, 1, 500)).isTrue();
  }

  @Test
  void whoHoldsNothingGetsOneCallHoweverLongItTakes() {
    assertThat(places.take(one, 1, 900)).isTrue();
    assertThat(places.take(one, 1, 1)).isFalse();
    assertThat(places.take(other, 1, 900)).isTrue();
    assertThat(places.take(new Caller("third", Urgency.INTERACTIVE), 1, 1)).isFalse();
    places.giveBack(one, 1, 900);
    assertThat(places.take(one, 1, 900)).isTrue();
  }

  private int fill(Caller caller) {
    int taken = 0;
    while (places.take(caller, 1, 0)) {
      taken++;
    }
    return taken;
  }
}
