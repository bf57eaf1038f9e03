package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.platform.error.Problem;

/// What is left of the memory for requests, as a caller finds it who holds none.
final class FreeMemory {
  private FreeMemory() {}

  static boolean has(RequestBodies bodies, long bytes) {
    try {
      bodies.take(new Caller("free", Urgency.INTERACTIVE), bytes).close();
      return true;
    } catch (Problem full) {
      return false;
    }
  }
}
