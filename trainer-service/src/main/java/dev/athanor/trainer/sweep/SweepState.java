package dev.athanor.trainer.sweep;

import dev.athanor.trainer.run.RunState;
import java.util.Set;

/// How far the runs of a sweep are, taken together.
enum SweepState {
  /// None has begun.
  QUEUED,
  RUNNING,
  /// None will change any more, whatever came of it.
  ENDED;

  /// @param states that some run is in
  static SweepState of(Set<RunState> states) {
    if (states.stream().allMatch(RunState::isFinal)) {
      return ENDED;
    }
    return states.equals(Set.of(RunState.QUEUED)) ? QUEUED : RUNNING;
  }
}
