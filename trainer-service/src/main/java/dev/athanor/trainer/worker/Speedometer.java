package dev.athanor.trainer.worker;

import dev.athanor.trainer.time.Ticker;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/// Steps a second over the newest few, waiting included.
final class Speedometer {
  private static final int NEWEST = 32;

  private final Ticker ticker;
  private final ArrayDeque<Long> ends = new ArrayDeque<>();

  /// The first step begins now.
  Speedometer(Ticker ticker) {
    this.ticker = ticker;
    ends.add(ticker.nanos());
  }

  void stepped() {
    ends.addLast(ticker.nanos());
    if (ends.size() > NEWEST) {
      ends.removeFirst();
    }
  }

  /// What happened since the last step was no step.
  void pause() {
    ends.clear();
    ends.add(ticker.nanos());
  }

  double stepsPerSecond() {
    double seconds = (ends.getLast() - ends.getFirst()) / (double) TimeUnit.SECONDS.toNanos(1);
    return seconds == 0 ? 0 : (ends.size() - 1) / seconds;
  }
}
