package dev.athanor.trainer.lease;

import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Tells the leases that may be taken from those that are alive, by having watched them, and from
/// those that rest. Owned by one thread.
final class LeaseWatch {
  private static final long SHORTEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long timeToLiveNanos;
  private final Ticker ticker;
  private final Map<String, Rest> rests = new HashMap<>();
  private Map<String, Seen> seen = new HashMap<>();

  LeaseWatch(Duration timeToLive, Ticker ticker) {
    this.timeToLiveNanos = timeToLive.toNanos();
    this.ticker = ticker;
  }

  private record Seen(Mark mark, long sinceNanos) {}

  private record Rest(long nanos, long untilNanos) {}

  /// Leaves `id` alone for a second, and each time that follows on the last for twice as long, up
  /// to a minute.
  void rest(String id) {
    long now = ticker.nanos();
    var last = rests.get(id);
    long nanos =
        last == null || now - last.untilNanos() > LONGEST_REST_NANOS
            ? SHORTEST_REST_NANOS
            : Math.min(2 * last.nanos(), LONGEST_REST_NANOS);
    rests.put(id, new Rest(nanos, now + nanos));
  }

  /// Those of `marks` that nobody holds, or whose holder has not renewed them for the time to live,
  /// and that do not rest. What is not among `marks` is forgotten.
  List<Mark> free(List<Mark> marks) {
    long now = ticker.nanos();
    seen =
        marks.stream()
            .map(mark -> look(mark, now))
            .collect(Collectors.toMap(look -> look.mark().id(), Function.identity()));
    rests.keySet().retainAll(seen.keySet());
    return marks.stream().filter(mark -> isFree(mark, now) && !rests(mark.id(), now)).toList();
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

  private boolean rests(String id, long now) {
    var rest = rests.get(id);
    return rest != null && now - rest.untilNanos() < 0;
  }
}
