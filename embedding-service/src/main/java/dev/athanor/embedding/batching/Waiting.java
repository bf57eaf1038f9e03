package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What waits in one lane.
final class Waiting {
  /// While both classes wait, one place in so many is for bulk.
  private static final int BULK_EVERY = 8;

  private final Rotation interactive = new Rotation();
  private final Rotation bulk = new Rotation();
  private int cost;
  private int places;

  void add(Item item) {
    rotation(item.call().caller().urgency()).add(item);
    cost += item.cost();
  }

  /// Takes out what `gone` says yes to; asked once of each input.
  void removeIf(Predicate<Item> gone) {
    Predicate<Item> counted =
        item -> {
          boolean leaves = gone.test(item);
          cost -= leaves ? item.cost() : 0;
          return leaves;
        };
    interactive.removeIf(counted);
    bulk.removeIf(counted);
  }

  /// Takes a batch of at most `maxCost`, or one input alone that costs more.
  List<Item> take(int maxCost) {
    var batch = new ArrayList<Item>();
    int room = maxCost;
    while (!isEmpty() && room > 0) {
      var turn = turn();
      if (turn.peek().cost() > room && !batch.isEmpty()) {
        break;
      }
      var item = turn.take();
      cost -= item.cost();
      batch.add(item);
      room -= item.cost();
      places++;
    }
    return batch;
  }

  private Rotation turn() {
    if (interactive.isEmpty()) {
      return bulk;
    }
    boolean bulksTurn = places % BULK_EVERY == BULK_EVERY - 1;
    return bulksTurn && !bulk.isEmpty() ? bulk : interactive;
  }

  boolean isEmpty() {
    return interactive.isEmpty() && bulk.isEmpty();
  }

  int cost() {
    return cost;
  }

  int size(Urgency urgency) {
    return rotation(urgency).size();
  }

  long oldest() {
    return Math.min(interactive.oldest(), bulk.oldest());
  }

  private Rotation rotation(Urgency urgency) {
    return switch (urgency) {
      case INTERACTIVE -> interactive;
      case BULK -> bulk;
    };
  }
}
