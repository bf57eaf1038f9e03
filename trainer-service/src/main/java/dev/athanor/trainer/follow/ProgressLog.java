package dev.athanor.trainer.follow;

import java.time.Instant;

/// Where events of progress are kept: one a second of everything that runs, which nobody needs for
/// long.
public interface ProgressLog {

  /// Deletes at most `limit` events of progress that are older, and says how many. States and
  /// figures stay.
  int forgetProgress(Instant before, int limit);
}
