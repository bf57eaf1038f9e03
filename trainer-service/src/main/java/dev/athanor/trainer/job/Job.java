package dev.athanor.trainer.job;

import dev.athanor.trainer.batch.BatchStream;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.Mailbox;
import dev.athanor.trainer.batch.StreamSpec;
import dev.athanor.trainer.run.OwnedRun;
import dev.athanor.trainer.run.Run;
import org.jspecify.annotations.Nullable;

/// What the owner of a run works with.
///
/// @param run as it was when it was taken
/// @param rows what may be written of it
/// @param guard throws where work on it makes no sense any more
/// @param limits of its batch streams
public record Job(Run run, OwnedRun rows, Mailbox mailbox, Runnable guard, Limits limits) {

  public Feed feed() {
    return new Feed(run.id(), rows.fence(), mailbox, guard, limits);
  }

  /// @param build the augmenter build that the run is bound to; null before its first batch
  public BatchStream open(StreamSpec stream, @Nullable String build, Limits within) {
    return feed().open(stream, build, within);
  }
}
