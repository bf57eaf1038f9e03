package dev.athanor.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final AtomicLong now = new AtomicLong();

  @Test
  void asksForAsManyAsTheWindowHoldsAndNoMore() {
    var requests = requests(5 * TestStreams.BATCH_BYTES + 1, 64);
    assertThat(indices(requests.due())).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(requests.due()).isEmpty();
    assertThat(requests.outstandingBytes()).isEqualTo(5 * TestStreams.BATCH_BYTES);
  }

  @Test
  void aBatchThatArrivedStillCountsUntilItIsUsed() {
    var requests = requests(3 * TestStreams.BATCH_BYTES, 64);
    requests.due();
    requests.arrived(0);
    assertThat(requests.due()).isEmpty();
    requests.used();
    assertThat(indices(requests.due())).containsExactly(3L);
  }

  @Test
  void twoBatchesAreAllowedHoweverSmallTheWindow() {
    assertThat(indices(requests(1, 64).due())).containsExactly(0L, 1L);
  }

  @Test
  void theNumberOfBatchesIsBoundedToo() {
    assertThat(requests(1 << 30, 6).due()).hasSize(6);
  }

  @Test
  void neverAsksBeyondTheEnd() {
    assertThat(indices(requests(1 << 30, 64).due())).hasSize(10).endsWith(9L);
  }

  @Test
  void asksForTheFirstAloneUntilTheBuildIsKnown() {
    var requests = new Requests(TestStreams.train(4, 10), limits(1 << 30, 64), true, now::get);
    assertThat(indices(requests.due())).containsExactly(4L);
    requests.arrived(4);
    assertThat(requests.due()).isEmpty();
    requests.openUp();
    assertThat(indices(requests.due())).containsExactly(5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void whatDoesNotComeInTimeIsAskedForAgainWithMoreTime() {
    var requests = requests(2 * TestStreams.BATCH_BYTES, 64);
    requests.due();
    requests.arrived(1);
    later(DEADLINE.minusNanos(1));
    assertThat(requests.due()).isEmpty();
    later(Duration.ofNanos(1));
    assertThat(requests.due()).containsExactly(new Requests.Ask(0, 2, DEADLINE.multipliedBy(2)));
    later(DEADLINE);
    assertThat(requests.due()).isEmpty();
    later(DEADLINE);
    assertThat(requests.due()).containsExactly(new Requests.Ask(0, 3, DEADLINE.multipliedBy(4)));
  }

  @Test
  void askingAgainTakesNoMoreOfTheWindow() {
    var requests = requests(2 * TestStreams.BATCH_BYTES, 64);
    requests.due();
    later(DEADLINE);
    assertThat(requests.due()).hasSize(2);
    assertThat(requests.outstandingBytes()).isEqualTo(2 * TestStreams.BATCH_BYTES);
  }

  @Test
  void whatCameSpoiltIsAskedForAgainAtOnce() {
    var requests = requests(2 * TestStreams.BATCH_BYTES, 64);
    requests.due();
    requests.spoilt(1);
    assertThat(requests.due()).containsExactly(new Requests.Ask(1, 2, DEADLINE.multipliedBy(2)));
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    var requests = requests(2 * TestStreams.BATCH_BYTES, 64);
    for (int attempt = 1; attempt <= 3; attempt++) {
      requests.due();
      later(DEADLINE.multipliedBy(4));
    }
    assertThatThrownBy(requests::due)
        .isInstanceOf(BatchFailure.class)
        .hasMessageContaining(
            "batch 0 of stream train was asked for 3 times and did not come (expected: an answer within 40 s");
  }

  @Test
  void theWindowHoldsWhateverHappens() {
    long window = 7 * TestStreams.BATCH_BYTES;
    var requests =
        new Requests(
            TestStreams.train(0, 100_000), new Limits(window, 64, DEADLINE, 60), false, now::get);
    var random = new Random(1);
    long ready = 0;
    for (int i = 0; i < 20_000; i++) {
      requests.due();
      long index = requests.isWaiting(i % 50) ? i % 50 : random.nextInt(200);
      switch (random.nextInt(4)) {
        case 0 -> {
          ready += requests.isWaiting(index) ? 1 : 0;
          requests.arrived(index);
        }
        case 1 -> requests.spoilt(index);
        case 2 -> later(Duration.ofSeconds(random.nextInt(12)));
        default -> {
          if (ready > 0) {
            ready--;
            requests.used();
          }
        }
      }
      assertThat(requests.outstandingBytes()).isBetween(0L, window);
      if (i % 1000 == 999) {
        now.addAndGet(-now.get());
        requests =
            new Requests(
                TestStreams.train(0, 100_000),
                new Limits(window, 64, DEADLINE, 60),
                false,
                now::get);
        ready = 0;
      }
    }
  }

  private Requests requests(long windowBytes, int windowBatches) {
    return new Requests(
        TestStreams.train(0, 10), limits(windowBytes, windowBatches), false, now::get);
  }

  private static Limits limits(long bytes, int batches) {
    return new Limits(bytes, batches, DEADLINE, 3);
  }

  private void later(Duration by) {
    now.addAndGet(by.toNanos());
  }

  private static List<Long> indices(List<Requests.Ask> asks) {
    return asks.stream().map(Requests.Ask::index).toList();
  }
}
