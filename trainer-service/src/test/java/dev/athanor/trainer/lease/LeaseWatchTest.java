package dev.athanor.trainer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseWatchTest {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(20);

  private final AtomicLong now = new AtomicLong(-5);
  private final LeaseWatch watch = new LeaseWatch(TIME_TO_LIVE, now::get);

  @Test
  void whatNobodyHoldsIsFreeAtOnce() {
    assertThat(watch.free(List.of(new Mark("a", null, 4, 0)))).hasSize(1);
  }

  @Test
  void whatIsHeldIsFreeOnlyAfterItStoodStillForTheTimeToLive() {
    var held = List.of(new Mark("a", "other", 4, 17));
    assertThat(watch.free(held)).isEmpty();
    now.addAndGet(TIME_TO_LIVE.toNanos() - 1);
    assertThat(watch.free(held)).isEmpty();
    now.addAndGet(1);
    assertThat(watch.free(held)).isEqualTo(held);
  }

  @Test
  void aRenewalStartsTheWaitAnew() {
    watch.free(List.of(new Mark("a", "other", 4, 17)));
    now.addAndGet(TIME_TO_LIVE.toNanos() - 1);
    watch.free(List.of(new Mark("a", "other", 4, 18)));
    now.addAndGet(TIME_TO_LIVE.toNanos() - 1);
    assertThat(watch.free(List.of(new Mark("a", "other", 4, 18)))).isEmpty();
  }

  @Test
  void anotherHolderStartsTheWaitAnew() {
    watch.free(List.of(new Mark("a", "other", 4, 0)));
    now.addAndGet(TIME_TO_LIVE.toNanos());
    assertThat(watch.free(List.of(new Mark("a", "third", 5, 0)))).isEmpty();
  }

  @Test
  void whatWasOutOfSightIsWatchedFromTheStart() {
    var held = List.of(new Mark("a", "other", 4, 17));
    watch.free(held);
    now.addAndGet(TIME_TO_LIVE.toNanos());
    watch.free(List.of());
    assertThat(watch.free(held)).isEmpty();
  }

  @Test
  void restsGrowFromASecondToAMinute() {
    for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      assertRests(seconds);
    }
    now.addAndGet(Duration.ofSeconds(61).toNanos());
    assertRests(1);
    assertRests(2);
    watch.free(List.of());
    assertRests(1);
  }

  private void assertRests(int seconds) {
    var marks = List.of(new Mark("a", null, 4, 0), new Mark("b", null, 1, 0));
    watch.rest("a");
    now.addAndGet(Duration.ofSeconds(seconds).toNanos() - 1);
    assertThat(watch.free(marks)).extracting(Mark::id).containsExactly("b");
    now.addAndGet(1);
    assertThat(watch.free(marks)).extracting(Mark::id).containsExactly("a", "b");
  }
}
