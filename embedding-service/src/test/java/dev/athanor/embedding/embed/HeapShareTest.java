package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeapShareTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HeapShare share = new HeapShare(10 << 10);
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger under = new AtomicInteger();

  @Test
  void whatFitsTogetherIsDoneTogether() throws InterruptedException {
    var workers = List.of(worker(4 << 10), worker(4 << 10));

    await().atMost(PATIENCE).until(() -> under.get() == 2);

    end(workers);
  }

  @Test
  void whatDoesNotFitWaitsForThoseBeforeIt() throws InterruptedException {
    var workers = new ArrayList<Thread>();
    workers.add(worker(6 << 10));
    await().atMost(PATIENCE).until(() -> under.get() == 1);

    workers.add(worker(6 << 10));
    await().atMost(PATIENCE).until(() -> waits(workers.getLast()) || under.get() == 2);

    assertThat(under).hasValue(1);
    end(workers);
    assertThat(under).as("also the one that waited").hasValue(2);
  }

  @Test
  void whatNeedsMoreThanThereIsHasAllOfIt() throws InterruptedException {
    var large = worker(Long.MAX_VALUE / 2);
    await().atMost(PATIENCE).until(() -> under.get() == 1);
    assertThatThrownBy(() -> share.during(1, within(Duration.ofMillis(1)), () -> "done"))
        .isInstanceOf(Problem.class);
    end(List.of(large));
  }

  @Test
  void theDeadlineEndsTheWaitAndWhatWasWaitedForIsStillThere() throws InterruptedException {
    var worker = worker(6 << 10);
    await().atMost(PATIENCE).until(() -> under.get() == 1);

    assertThatThrownBy(() -> share.during(6 << 10, within(Duration.ofMillis(1)), () -> "done"))
        .isInstanceOfSatisfying(
            Problem.class, late -> assertThat(late.kind()).isEqualTo(Kind.DEADLINE))
        .hasMessageContaining("the call waited for memory");

    end(List.of(worker));
    assertThat(share.<String>during(10 << 10, within(Duration.ZERO), () -> "done"))
        .isEqualTo("done");
  }

  @Test
  void workThatFailsGivesBackWhatItHad() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  share.during(
                      10 << 10,
                      within(Duration.ZERO),
                      () -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
    }
  }

  /// Has so many bytes until the end.
  private Thread worker(long bytes) {
    return Thread.ofPlatform()
        .start(
            () ->
                share.during(
                    bytes,
                    within(PATIENCE),
                    () -> {
                      under.incrementAndGet();
                      return ended();
                    }));
  }

  private boolean ended() {
    try {
      return end.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void end(List<Thread> workers) throws InterruptedException {
    end.countDown();
    for (var worker : workers) {
      worker.join();
    }
  }

  private static boolean waits(Thread worker) {
    return worker.getState() == Thread.State.TIMED_WAITING;
  }

  private static Deadline within(Duration wait) {
    return Deadline.after(wait, System::nanoTime);
  }
}
