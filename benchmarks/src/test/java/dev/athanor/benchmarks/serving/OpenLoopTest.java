package dev.athanor.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// A server that stands still once must be seen in every question that was due meanwhile.
class OpenLoopTest {
  private static final Duration STILL = Duration.ofMillis(300);

  /// Answers at once, but for a pause that holds up whoever asks.
  private static final class Pausing implements Way {
    private final List<Integer> asked = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Outcome> ask(int number) {
      asked.add(number);
      if (number == 20) {
        try {
          Thread.sleep(STILL);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return CompletableFuture.completedFuture(number % 10 == 0 ? Outcome.REFUSED : Outcome.OK);
    }

    @Override
    public void close() {}
  }

  @Test
  void latenciesCountFromWhenAQuestionWasDue() throws InterruptedException {
    try (var way = new Pausing()) {
      var load = OpenLoop.run(way, OpenLoop.evenly(100), Duration.ZERO, Duration.ofSeconds(1));
      assertThat(way.asked).hasSize(100);
      assertThat(load.refused()).isEqualTo(10);
      assertThat(load.vectors()).isEqualTo(90);
      assertThat(load.failed()).isZero();
      // Some thirty were due in the pause, one every 10 ms: a third waited, for half of it on
      // average.
      assertThat(load.millis(100)).isGreaterThan(STILL.toMillis() - 20);
      assertThat(load.millis(80)).isGreaterThan(80);
    }
  }
}
