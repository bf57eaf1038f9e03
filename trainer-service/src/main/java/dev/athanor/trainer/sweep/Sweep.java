package dev.athanor.trainer.sweep;

import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.RunState;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A sweep as its rows say.
///
/// @param name of the first cell's model
/// @param runs one a cell, in the order of the cells
record Sweep(String id, String name, Instant createdAt, Grid grid, List<Run> runs) {
  Sweep {
    runs = List.copyOf(runs);
  }

  SweepState state() {
    return SweepState.of(counts().keySet());
  }

  /// How many runs are in each state; states of none are left out.
  Map<RunState, Integer> counts() {
    var counts = new EnumMap<RunState, Integer>(RunState.class);
    runs.forEach(run -> counts.merge(run.state(), 1, Integer::sum));
    return counts;
  }
}
