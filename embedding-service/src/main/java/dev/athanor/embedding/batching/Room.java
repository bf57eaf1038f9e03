package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Memory for inputs that are prepared and not inferred yet. To prepare is several times as fast as
/// to infer, so without a bound all that is in the queue's places would soon be arrays of floats.
///
/// Inputs take their room before they are prepared, and wait outside until there is some. The lanes
/// take turns, and one may have four times what is left free, so that a newcomer finds some soon
/// (the dynamic thresholds of Choudhury & Hahne 1998, with α = 4). Within a lane the callers have
/// their [Turns]. An input that is larger than all the room has it alone.
public final class Room {
  private static final int ALPHA = 4;

  /// An eighth of the heap for prepared inputs; a forward pass copies what it reads.
  private static final int HEAPS = 8;

  private final long total;
  private final long small;
  private final Map<Lane, Long> held = new HashMap<>();
  private final LinkedHashMap<Lane, Turns> outside = new LinkedHashMap<>();
  private long free;

  /// @param total bytes
  /// @param places for inputs: so small ones that in all of these they fill no more than the room
  ///   need none
  public Room(long total, int places) {
    this.total = total;
    this.small = total / places;
    this.free = total;
  }

  /// @param heap of the service, in bytes
  static long bytes(long heap) {
    return heap / HEAPS;
  }

  /// The most bytes that inputs of one lane have together while others wait.
  ///
  /// @param heap of the service, in bytes
  public static long mostOfLane(long heap) {
    return bytes(heap) / (ALPHA + 1) * ALPHA;
  }

  /// Runs the work once there is room for an input of this lane, which it then has until it leaves.
  public void enter(Caller caller, Lane lane, Runnable work) {
    if (lane.bytes() <= small) {
      work.run();
      return;
    }
    List<Runnable> due;
    synchronized (this) {
      outside.computeIfAbsent(lane, _ -> new Turns()).add(caller, work);
      due = due();
    }
    due.forEach(Runnable::run);
  }

  /// So many inputs of this lane are gone.
  public void leave(Lane lane, int inputs) {
    if (lane.bytes() <= small) {
      return;
    }
    List<Runnable> due;
    synchronized (this) {
      long bytes = (long) inputs * lane.bytes();
      held.computeIfPresent(lane, (_, has) -> has == bytes ? null : has - bytes);
      free += bytes;
      due = due();
    }
    due.forEach(Runnable::run);
  }

  private List<Runnable> due() {
    var due = new ArrayList<Runnable>();
    for (var next = next(); next.isPresent(); next = next()) {
      var lane = next.get().getKey();
      var waiting = next.get().getValue();
      outside.remove(lane);
      held.merge(lane, (long) lane.bytes(), Long::sum);
      free -= lane.bytes();
      due.add(waiting.take());
      if (!waiting.isEmpty()) {
        outside.put(lane, waiting);
      }
    }
    return due;
  }

  /// The lane whose turn it is. Those behind one that has nothing yet wait with it, until enough
  /// have left.
  private Optional<Map.Entry<Lane, Turns>> next() {
    for (var one : outside.entrySet()) {
      if (fits(one.getKey())) {
        return Optional.of(one);
      }
      if (!held.containsKey(one.getKey())) {
        break;
      }
    }
    return Optional.empty();
  }

  private boolean fits(Lane lane) {
    long has = held.getOrDefault(lane, 0L);
    boolean share = lane.bytes() <= free && has + lane.bytes() <= ALPHA * free;
    return share || free == total;
  }
}
