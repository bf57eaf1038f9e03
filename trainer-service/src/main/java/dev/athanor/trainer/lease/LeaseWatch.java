package dev.athanor.trainer.lease;

import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Tells the leases that may be taken from those that are alive, by having watched them. Owned by
/// one thread.
final class LeaseWatch {
  private final long timeToLiveNanos;
  private final Ticker ticker;
  private Map<String, Seen> seen = new HashMap<>();

  LeaseWatch(Duration timeToLive, Ticker ticker) {
    this.timeToLiveNanos = timeToLive.toNanos();
    this.ticker = ticker;
  }

  private record Seen(Mark mark, long sinceNanos) {}

  /// Those of `marks` that nobody holds, or whose holder has not renewed them for the time to live.
  /// What is not among `marks` is forgotten.
  List<Mark> free(List<Mark> marks) {
    long now = ticker.nanos();
    seen =
        marks.stream()
            .map(mark -> look(mark, now))
            .collect(Collectors.toMap(look -> look.mark().id(), Function.identity()));
    return marks.stream().filter(mark -> isFree(mark, now)).toList();
  }

  private Seen look(Mark mark, long now) {
    var before = seen.get(mark.id());
    return before != null && before.mark().equals(mark) ? before : new Seen(mark, now);
  }

  private boolean isFree(Mark mark, long now) {
    if (mark.owner() == null) {
      return true;
    }
    var look = seen.get(mark.id());
    return look != null && now - look.sinceNanos() >= timeToLiveNanos;
  }
}
