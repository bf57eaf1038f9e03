package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Urgency;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The state of the queue: what waits, lane by lane. The forward passes' time is shared by the
/// lanes: of those that are due, the one is served that has had the least of it (start-time fair
/// queueing, Goyal, Vin & Cheng 1996). A pass is to be short, so that no lane waits long for its
/// turn.
///
/// One thread's own; it knows no clock but the `now` that it is given.
final class BatchQueue {
  /// As long as nothing waits.
  static final long NEVER = Long.MAX_VALUE;

  /// In the order in which they were served.
  private final LinkedHashMap<Lane, Waiting> lanes = new LinkedHashMap<>();

  /// By model, the time that its passes have had, in nanoseconds.
  private final Recent<Double> served = new Recent<>();

  private final int parallel;
  private final Costs costs;
  private final BiConsumer<Item, Call.Gone> onDrop;

  /// What the lane had had that was served last. One that comes anew starts there: it has not saved
  /// up the time in which it wanted nothing.
  private double turn;

  /// @param parallel forward passes at a time
  /// @param costs what passes take
  /// @param onDrop told of each input that nobody waits for any more, when its turn has come
  BatchQueue(int parallel, Costs costs, BiConsumer<Item, Call.Gone> onDrop) {
    this.parallel = parallel;
    this.costs = costs;
    this.onDrop = onDrop;
  }

  void add(Item item) {
    var waiting = lanes.computeIfAbsent(item.lane(), this::come);
    waiting.atMost(most(item.lane()));
    waiting.add(item);
  }

  private Waiting come(Lane lane) {
    served.merge(lane.model(), turn, Math::max);
    return new Waiting(most(lane));
  }

  /// Units of cost of a batch.
  private int most(Lane lane) {
    return Costs.most(costs.ofUnit(lane.model()), lane.limits().maxBatch());
  }

  /// Closes the batch of the lane whose turn it is, without those who have gone.
  Optional<Batch> next(long now) {
    while (true) {
      var due =
          lanes.entrySet().stream()
              .filter(entry -> entry.getValue().nanosUntilDue(now) <= 0)
              .min(Comparator.comparingDouble(entry -> served(entry.getKey())));
      if (due.isEmpty()) {
        return Optional.empty();
      }
      var lane = due.get().getKey();
      var waiting = due.get().getValue();
      waiting.removeIf(this::isGone);
      if (waiting.isEmpty()) {
        lanes.remove(lane);
      } else if (waiting.nanosUntilDue(now) <= 0) {
        var batch = close(lane, waiting, now);
        if (batch.isPresent()) {
          return batch;
        }
      }
    }
  }

  /// Empty where all have gone whose turn it was.
  private Optional<Batch> close(Lane lane, Waiting waiting, long now) {
    var items = waiting.take(now, parallel);
    lanes.remove(lane);
    if (!waiting.isEmpty()) {
      lanes.put(lane, waiting);
    }
    items.stream().map(Item::call).distinct().forEach(Call::look);
    items.removeIf(this::isGone);
    if (items.isEmpty()) {
      return Optional.empty();
    }
    var batch = new Batch(lane, items);
    charge(batch);
    return Optional.of(batch);
  }

  private double served(Lane lane) {
    return served.getOrDefault(lane.model(), turn);
  }

  private void charge(Batch batch) {
    var model = batch.lane().model();
    turn = served(batch.lane());
    served.put(model, turn + batch.cost() * costs.ofUnit(model));
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
