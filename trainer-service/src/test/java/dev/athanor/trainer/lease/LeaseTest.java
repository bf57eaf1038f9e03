package dev.athanor.trainer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(20);

  private final AtomicLong now = new AtomicLong(100);
  private final Lease lease =
      new Lease(
          LeaseTable.RUN, new Mark("r1", "us", 3, 0), "us", TIME_TO_LIVE, now::get, now.get());

  @Test
  void isHeldForItsTimeToLiveAfterTheLastProofWasSent() {
    later(TIME_TO_LIVE.minusNanos(1));
    assertThatCode(lease::check).doesNotThrowAnyException();
    later(Duration.ofNanos(1));
    assertThatThrownBy(lease::check)
        .isInstanceOf(LeaseLost.class)
        .hasMessage("run r1 is no longer held under fence 3");
  }

  @Test
  void aProofCountsFromWhenItWasSentAndNotFromWhenItCameBack() {
    long sent = now.get();
    later(Duration.ofSeconds(15));
    lease.proven(sent);
    later(Duration.ofSeconds(5));
    assertThat(lease.held()).isFalse();
  }

  @Test
  void whatIsLostStaysLost() {
    lease.lose();
    lease.proven(now.get());
    assertThat(lease.held()).isFalse();
  }

  private void later(Duration by) {
    now.addAndGet(by.toNanos());
  }
}
