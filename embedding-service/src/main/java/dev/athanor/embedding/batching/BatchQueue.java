package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Urgency;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The state of the queue: what waits, lane by lane, in the order in which the lanes are served.
/// One thread's own; it knows no clock but the `now` that it is given.
final class BatchQueue {
  /// As long as nothing waits.
  static final long NEVER = Long.MAX_VALUE;

  private final LinkedHashMap<Lane, Waiting> lanes = new LinkedHashMap<>();
  private final int parallel;
  private final BiConsumer<Item, Call.Gone> onDrop;

  /// @param parallel forward passes at a time
  /// @param onDrop told of each input that nobody waits for any more, when its turn has come
  BatchQueue(int parallel, BiConsumer<Item, Call.Gone> onDrop) {
    this.parallel = parallel;
    this.onDrop = onDrop;
  }

  void add(Item item) {
    lanes.computeIfAbsent(item.lane(), lane -> new Waiting(lane.limits())).add(item);
  }

  /// Closes the batch of the first lane that is due without those who have gone, and sends that
  /// lane to the end of the row.
  Optional<Batch> next(long now) {
    while (true) {
      var due =
          lanes.entrySet().stream()
              .filter(entry -> entry.getValue().nanosUntilDue(now) <= 0)
              .findFirst();
      if (due.isEmpty()) {
        return Optional.empty();
      }
      var lane = due.get().getKey();
      var waiting = due.get().getValue();
      waiting.removeIf(this::isGone);
      if (waiting.isEmpty()) {
        lanes.remove(lane);
      } else if (waiting.nanosUntilDue(now) <= 0) {
        return Optional.of(close(lane, waiting, now));
      }
    }
  }

  private Batch close(Lane lane, Waiting waiting, long now) {
    var items = waiting.take(now, parallel);
    lanes.remove(lane);
    if (!waiting.isEmpty()) {
      lanes.put(lane, waiting);
    }
    return new Batch(lane, items);
  }

  /// How long until a lane is due if nothing comes meanwhile: 0 where one is, [#NEVER] where
  /// nothing waits.
  long nanosUntilDue(long now) {
    long soonest = NEVER;
    for (var waiting : lanes.values()) {
      soonest = Math.min(soonest, waiting.nanosUntilDue(now));
    }
    return Math.max(0, soonest);
  }

  int size(Urgency urgency) {
    return lanes.values().stream().mapToInt(waiting -> waiting.size(urgency)).sum();
  }

  private boolean isGone(Item item) {
    var gone = item.call().gone();
    if (gone != null) {
      onDrop.accept(item, gone);
    }
    return gone != null;
  }
}
