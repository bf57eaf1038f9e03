package dev.athanor.embedding.caller;

import java.util.HashMap;
import java.util.Map;

/// Something that callers share: each may hold as much as is left for others (the dynamic
/// thresholds of Choudhury & Hahne 1998, with α = 1), so that alone it gets half, of two each gets
/// a third, and a newcomer always finds some. Bulk callers share in the same way what is left of
/// their half, and an eighth of all is never kept from them. Of one thread at a time.
public final class Share {
  private static final int BULKS = 8;

  private final long total;
  private final Map<Caller, Long> held = new HashMap<>();
  private long free;
  private long bulk;

  public Share(long total) {
    this.total = total;
    this.free = total;
  }

  public long total() {
    return total;
  }

  /// How much more this caller may hold now; none where it is 0 or less.
  public long room(Caller caller) {
    long room = free - held(caller);
    return caller.urgency() == Urgency.BULK
        ? Math.max(room - total / 2, Math.min(free, total / BULKS - bulk))
        : room;
  }

  /// What nobody holds.
  public long free() {
    return free;
  }

  public long held(Caller caller) {
    return held.getOrDefault(caller, 0L);
  }

  public void take(Caller caller, long amount) {
    held.merge(caller, amount, Long::sum);
    free -= amount;
    bulk += caller.urgency() == Urgency.BULK ? amount : 0;
  }

  public void giveBack(Caller caller, long amount) {
    held.computeIfPresent(caller, (_, has) -> has == amount ? null : has - amount);
    free += amount;
    bulk -= caller.urgency() == Urgency.BULK ? amount : 0;
  }
}
