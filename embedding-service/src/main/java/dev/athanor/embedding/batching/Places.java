package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import java.util.HashMap;
import java.util.Map;

/// The bound of the queue. A call takes a place for each of its inputs before anything is done for
/// it, all or none, and holds them until it ends.
///
/// A caller may hold as much as is left for others: alone it gets half of the places, of two each
/// gets a third, and a newcomer always finds some free (the dynamic thresholds of Choudhury & Hahne
/// 1998, with α = 1). Bulk callers share in the same way what is left of their half.
public final class Places {
  private final int total;
  private final Map<Caller, Integer> held = new HashMap<>();
  private int free;

  public Places(int total) {
    this.total = total;
    this.free = total;
  }

  public int total() {
    return total;
  }

  /// Takes the places, or none where that were too many now.
  public synchronized boolean take(Caller caller, int count) {
    int room = caller.urgency() == Urgency.BULK ? free - total / 2 : free;
    int has = held.getOrDefault(caller, 0);
    if (has + count > room) {
      return false;
    }
    held.put(caller, has + count);
    free -= count;
    return true;
  }

  public synchronized void giveBack(Caller caller, int count) {
    held.computeIfPresent(caller, (_, has) -> has == count ? null : has - count);
    free += count;
  }
}
