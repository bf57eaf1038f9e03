package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/// The inputs of one class of callers: each caller's in the order in which they came, the callers
/// in turn.
final class Rotation {
  private final LinkedHashMap<Caller, ArrayDeque<Item>> callers = new LinkedHashMap<>();
  private int size;

  void add(Item item) {
    callers.computeIfAbsent(item.call().caller(), _ -> new ArrayDeque<>()).add(item);
    size++;
  }

  /// Whose turn it is.
  Item peek() {
    return callers.firstEntry().getValue().getFirst();
  }

  /// Takes the input whose turn it is; its caller goes to the end of the row.
  Item take() {
    var turn = callers.pollFirstEntry();
    if (turn == null) {
      throw new NoSuchElementException("nothing waits");
    }
    var item = turn.getValue().removeFirst();
    if (!turn.getValue().isEmpty()) {
      callers.put(turn.getKey(), turn.getValue());
    }
    size--;
    return item;
  }

  void removeIf(Predicate<Item> which) {
    callers.values().forEach(waiting -> waiting.removeIf(which));
    callers.values().removeIf(ArrayDeque::isEmpty);
    size = callers.values().stream().mapToInt(ArrayDeque::size).sum();
  }

  boolean isEmpty() {
    return callers.isEmpty();
  }

  int size() {
    return size;
  }

  /// When the first of the inputs is due; the largest number where nothing waits.
  long due() {
    long due = Long.MAX_VALUE;
    for (var waiting : callers.values()) {
      due = Math.min(due, waiting.getFirst().due());
    }
    return due;
  }
}
