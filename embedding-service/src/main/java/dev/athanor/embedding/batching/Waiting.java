package dev.athanor.embedding.batching;

import static dev.athanor.embedding.caller.Urgency.BULK;
import static dev.athanor.embedding.caller.Urgency.INTERACTIVE;

import dev.athanor.embedding.caller.Urgency;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;

/// What waits in one lane: buckets of inputs that cost the same, served in turn, each with batches
/// of its own. Images have one bucket, texts as many as they have lengths.
///
/// While both classes wait, bulk gets one place in eight: a place that goes to an interactive
/// caller is credited to bulk, and a place of its own costs seven. A batch of bulk alone, taken
/// while interactive callers of another bucket wait, is paid for in the same way.
final class Waiting {
  private static final int BULK_COSTS = 7;

  private final LinkedHashMap<Integer, Bucket> buckets = new LinkedHashMap<>();
  private int most;
  private int credit;

  /// @param most units of cost of a batch
  Waiting(int most) {
    this.most = most;
  }

  /// Another bound for the batches from now on.
  void atMost(int units) {
    most = units;
  }

  void add(Item item) {
    buckets.computeIfAbsent(item.cost(), Bucket::new).add(item);
  }

  /// Takes out what `gone` says yes to; asked once of each input.
  void removeIf(Predicate<Item> gone) {
    buckets.values().forEach(bucket -> bucket.removeIf(gone));
    buckets.values().removeIf(Bucket::isEmpty);
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  int size(Urgency urgency) {
    return buckets.values().stream().mapToInt(bucket -> bucket.size(urgency)).sum();
  }

  /// How long until a batch is due, in nanoseconds; 0 or less where one is.
  long nanosUntilDue(long now) {
    long soonest = BatchQueue.NEVER;
    for (var bucket : buckets.values()) {
      soonest = Math.min(soonest, bucket.nanosUntilDue(most, now));
    }
    return soonest;
  }

  /// Takes a batch that is due: inputs of at most the limit together, or one alone that costs more.
  /// Of fewer than would fill one, it leaves the other forward passes their share.
  ///
  /// @param parallel forward passes at a time
  List<Item> take(long now, int parallel) {
    var due = buckets.values().stream().filter(one -> one.nanosUntilDue(most, now) <= 0).toList();
    var bucket = choose(due);
    boolean ahead = !bucket.has(INTERACTIVE) && anyHas(INTERACTIVE, due);
    buckets.remove(bucket.cost());
    var batch = new ArrayList<Item>();
    int room = most;
    if (!bucket.isFull(most)) {
      room = Math.ceilDiv(bucket.size(), parallel) * bucket.cost();
    }
    while (!bucket.isEmpty() && (batch.isEmpty() || bucket.cost() <= room)) {
      batch.add(take(bucket, ahead));
      room -= bucket.cost();
    }
    if (!bucket.isEmpty()) {
      buckets.put(bucket.cost(), bucket);
    }
    return batch;
  }

  private Bucket choose(List<Bucket> due) {
    boolean bulksTurn = credit >= BULK_COSTS && anyHas(BULK, due);
    var first = anyHas(INTERACTIVE, due) && !bulksTurn ? INTERACTIVE : BULK;
    return due.stream().filter(bucket -> bucket.has(first)).findFirst().orElseThrow();
  }

  /// @param ahead whether interactive callers of another bucket wait meanwhile
  private Item take(Bucket bucket, boolean ahead) {
    boolean both = bucket.has(INTERACTIVE) && bucket.has(BULK);
    if (bucket.has(INTERACTIVE) && !(both && credit >= BULK_COSTS)) {
      credit = Math.min(credit + 1, BULK_COSTS);
      return bucket.take(INTERACTIVE);
    }
    credit -= both || ahead ? BULK_COSTS : 0;
    return bucket.take(BULK);
  }

  private static boolean anyHas(Urgency urgency, List<Bucket> buckets) {
    return buckets.stream().anyMatch(bucket -> bucket.has(urgency));
  }
}
