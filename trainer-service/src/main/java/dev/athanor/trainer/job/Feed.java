package dev.athanor.trainer.job;

import dev.athanor.trainer.batch.Asker;
import dev.athanor.trainer.batch.BatchStream;
import dev.athanor.trainer.batch.Limits;
import dev.athanor.trainer.batch.Mailbox;
import dev.athanor.trainer.batch.StreamSpec;
import org.jspecify.annotations.Nullable;

/// Where the owner of a lease gets batches from.
///
/// @param id of the run or evaluation that it works on
/// @param fence of the lease
/// @param guard throws where work on it makes no sense any more
/// @param limits of its batch streams
public record Feed(String id, long fence, Mailbox mailbox, Runnable guard, Limits limits) {

  /// @param build the augmenter build that it is bound to; null before its first batch
  public BatchStream open(StreamSpec stream, @Nullable String build, Limits within) {
    return mailbox.open(new Asker(id, fence, build), stream, within, guard);
  }
}
