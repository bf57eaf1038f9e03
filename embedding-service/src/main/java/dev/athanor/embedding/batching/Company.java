package dev.athanor.embedding.batching;

import java.util.HashMap;
import java.util.Map;

/// Whether an input may expect company: its call has more of them, or another one of its lane came
/// no longer ago than one waits. To hold up anyone else would cost time and save nothing.
///
/// One thread's own.
final class Company {
  private final Map<Lane, Long> latest = new HashMap<>();

  /// To be asked once of each input, in the order in which they come.
  boolean isExpected(Item item) {
    latest.entrySet().removeIf(one -> item.since() - one.getValue() > one.getKey().delayNanos());
    return latest.put(item.lane(), item.since()) != null || item.call().inputs() > 1;
  }
}
