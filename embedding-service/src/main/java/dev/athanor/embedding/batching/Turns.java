package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;

/// Work of several callers and the order in which it is done: each caller's as it came, the callers
/// of a class in turn; while both classes wait, bulk gets one turn in eight. Safe for many threads.
public final class Turns {
  private static final int INTERACTIVE_FOR_ONE_BULK = 7;

  private final LinkedHashMap<Caller, ArrayDeque<Runnable>> interactive = new LinkedHashMap<>();
  private final LinkedHashMap<Caller, ArrayDeque<Runnable>> bulk = new LinkedHashMap<>();
  private int passed;

  public synchronized void add(Caller caller, Runnable work) {
    var callers = caller.urgency() == Urgency.BULK ? bulk : interactive;
    callers.computeIfAbsent(caller, _ -> new ArrayDeque<>()).add(work);
  }

  /// Takes out the work whose turn it is.
  public synchronized Runnable take() {
    boolean bulks =
        !bulk.isEmpty() && (interactive.isEmpty() || passed >= INTERACTIVE_FOR_ONE_BULK);
    passed = bulks || bulk.isEmpty() ? 0 : passed + 1;
    var callers = bulks ? bulk : interactive;
    var turn = callers.pollFirstEntry();
    if (turn == null) {
      throw new NoSuchElementException("nothing waits");
    }
    var work = turn.getValue().removeFirst();
    if (!turn.getValue().isEmpty()) {
      callers.put(turn.getKey(), turn.getValue());
    }
    return work;
  }

  public synchronized boolean isEmpty() {
    return interactive.isEmpty() && bulk.isEmpty();
  }
}
