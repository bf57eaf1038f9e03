package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import java.util.HashMap;
import java.util.Map;

/// Something that callers share: each may hold as much as is left for others (the dynamic
/// thresholds of Choudhury & Hahne 1998, with α = 1), so that alone it gets half, of two each gets
/// a third, and a newcomer always finds some. Bulk callers share in the same way what is left of
/// their half, and an eighth of all is never kept from them.
final class Share {
  private static final int BULKS = 8;

  private final long total;
  private final Map<Caller, Long> held = new HashMap<>();
  private long free;
  private long bulk;

  Share(long total) {
    this.total = total;
    this.free = total;
  }

  long total() {
    return total;
  }

  /// How much more this caller may hold now; none where it is 0 or less.
  long room(Caller caller) {
    long room = free - held.getOrDefault(caller, 0L);
    return caller.urgency() == Urgency.BULK
        ? Math.max(room - total / 2, Math.min(free, total / BULKS - bulk))
        : room;
  }

  boolean holdsNothing(Caller caller) {
    return !held.containsKey(caller);
  }

  void take(Caller caller, long amount) {
    held.merge(caller, amount, Long::sum);
    free -= amount;
    bulk += caller.urgency() == Urgency.BULK ? amount : 0;
  }

  void giveBack(Caller caller, long amount) {
    held.computeIfPresent(caller, (_, has) -> has == amount ? null : has - amount);
    free += amount;
    bulk -= caller.urgency() == Urgency.BULK ? amount : 0;
  }
}
