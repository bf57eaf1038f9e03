package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Share;

/// The bound of the queue, in inputs and in time. A call takes a place for each of its inputs, and
/// of the forward passes the time that they count for ([Costs]), before anything is done for it,
/// all or none, and holds both until it ends. Callers share both ([Share]).
///
/// Whoever holds nothing gets one call however long it takes, unless others have all the time.
public final class Places {
  private final Share inputs;
  private final Share time;

  /// @param total places
  /// @param nanos of forward passes that may be waited for together
  public Places(int total, long nanos) {
    this.inputs = new Share(total);
    this.time = new Share(nanos);
  }

  public int total() {
    return Math.toIntExact(inputs.total());
  }

  /// Takes the places and the time, or nothing where that were too much now.
  ///
  /// @param nanos that these inputs count for
  public synchronized boolean take(Caller caller, int count, long nanos) {
    if (!hasRoom(caller, count, nanos)) {
      return false;
    }
    inputs.take(caller, count);
    time.take(caller, nanos);
    return true;
  }

  /// Whether [#take] would succeed now.
  public synchronized boolean hasRoom(Caller caller, int count, long nanos) {
    boolean soon = nanos <= time.room(caller) || (time.held(caller) == 0 && time.room(caller) > 0);
    return soon && count <= inputs.room(caller);
  }

  /// @param nanos as they were taken
  public synchronized void giveBack(Caller caller, int count, long nanos) {
    inputs.giveBack(caller, count);
    time.giveBack(caller, nanos);
  }
}
