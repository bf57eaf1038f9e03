package dev.athanor.trainer.batch;

import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Which batches of a stream to ask for now. A batch counts against the window from its first
/// request until the training thread has taken it, so a slow trainer stops asking. Pure but for the
/// ticker; owned by one thread.
final class Requests {
  private final StreamSpec spec;
  private final Limits limits;
  private final Ticker ticker;
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private long nextIndex;
  private int arrivedUnused;
  private boolean alone;

  /// @param alone ask for the first batch only, until [#openUp()]: the build that answers it is
  ///   then named in all further requests
  Requests(StreamSpec spec, Limits limits, boolean alone, Ticker ticker) {
    this.spec = spec;
    this.limits = limits;
    this.ticker = ticker;
    this.nextIndex = spec.firstIndex();
    this.alone = alone;
  }

  record Ask(long index, int attempt, Duration deadline) {}

  private record Waiting(int attempt, long dueNanos) {}

  /// What to send now: first what is overdue, then what the window has room for.
  ///
  /// @throws BatchFailure where a batch was asked for as often as allowed and did not come
  List<Ask> due() {
    long now = ticker.nanos();
    var asks = new ArrayList<Ask>();
    for (var entry : waiting.entrySet()) {
      if (now - entry.getValue().dueNanos() >= 0) {
        asks.add(ask(entry.getKey(), entry.getValue().attempt() + 1));
      }
    }
    while (nextIndex < spec.endIndex() && hasRoom(asks)) {
      asks.add(ask(nextIndex++, 1));
    }
    asks.forEach(
        ask ->
            waiting.put(ask.index(), new Waiting(ask.attempt(), now + ask.deadline().toNanos())));
    return asks;
  }

  private boolean hasRoom(List<Ask> asks) {
    long fresh = asks.stream().filter(ask -> ask.attempt() == 1).count();
    long outstanding = waiting.size() + arrivedUnused + fresh;
    return outstanding < (alone ? 1 : limits.batches(spec.batchBytes()));
  }

  private Ask ask(long index, int attempt) {
    if (attempt > limits.attempts()) {
      throw new BatchFailure(
          "no-answer",
          "batch %d of stream %s was asked for %d times and did not come (expected: an answer within %d s; is an augmentation-service up?)"
              .formatted(
                  index,
                  spec.name(),
                  limits.attempts(),
                  limits.deadline(limits.attempts()).toSeconds()));
    }
    return new Ask(index, attempt, limits.deadline(attempt));
  }

  /// From the next [#due()] on, ask for as many as the window holds.
  void openUp() {
    alone = false;
  }

  boolean isWaiting(long index) {
    return waiting.containsKey(index);
  }

  /// Batch `index` is here, whole.
  void arrived(long index) {
    if (waiting.remove(index) != null) {
      arrivedUnused++;
    }
  }

  /// What came of batch `index` is no good: ask again at once.
  void spoilt(long index) {
    waiting.computeIfPresent(index, (i, was) -> new Waiting(was.attempt(), ticker.nanos()));
  }

  /// The training thread has taken a batch.
  void used() {
    arrivedUnused--;
  }

  /// Bytes asked for or here, and not yet taken.
  long outstandingBytes() {
    return (waiting.size() + (long) arrivedUnused) * spec.batchBytes();
  }
}
