package dev.athanor.augmentation.stream;

import java.util.LinkedHashMap;
import java.util.Map;

/// The highest fence seen of each run, so that requests of a worker that has lost its lease are not
/// worked on. Only the runs last seen are remembered; a stale batch that slips through is dropped
/// by its reader.
final class Fences {
  private static final int RUNS = 1024;

  private final Map<String, Long> highest = new LinkedHashMap<>(64, 0.75f, true);

  synchronized boolean isCurrent(String run, long fence) {
    long seen = highest.merge(run, fence, Math::max);
    if (highest.size() > RUNS) {
      highest.remove(highest.keySet().iterator().next());
    }
    return fence >= seen;
  }
}
