package dev.athanor.trainer.evaluation;

import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import dev.athanor.platform.store.ObjectLost;
import dev.athanor.trainer.checkpoint.CellCheckpoint;
import dev.athanor.trainer.checkpoint.CellCheckpoints;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.lease.OwnedRow;
import dev.athanor.trainer.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where trainings with labels are kept on their way, so that whoever takes the work over goes on
/// behind them.
///
/// @param owner the evaluation, or the run, that they are part of
/// @param every how long training goes on between two checkpoints
public record Keeping(
    OwnedRow owner, CellCheckpoints checkpoints, Scratch scratch, Duration every, Ticker ticker) {
  private static final Logger log = LoggerFactory.getLogger(Keeping.class);

  /// A training as it was last kept, or before its first step.
  ///
  /// @param cell tells the owner's trainings apart
  /// @param given the encoder's weights; null to begin at random
  KeptCell open(String cell, TrainingSpec spec, @Nullable Map<String, Tensor> given) {
    long begin = ticker.nanos();
    var kept = checkpoints.newest(owner.id(), cell);
    var session = kept.isEmpty() ? null : restored(kept.get(), spec);
    if (session != null) {
      log.info("{} of {} goes on at step {}", cell, owner.id(), session.nextStep());
      return new KeptCell(this, cell, session, kept.get().seconds(), begin);
    }
    var fresh = given == null ? TrainingSession.create(spec) : TrainingSession.create(spec, given);
    return new KeptCell(this, cell, fresh, 0, begin);
  }

  /// Null for a checkpoint that cannot be gone on from, since its files are gone or another build
  /// wrote it: then the cell begins anew.
  private @Nullable TrainingSession restored(CellCheckpoint kept, TrainingSpec spec) {
    try (var folder = scratch.folder("resume")) {
      checkpoints.fetch(kept, folder.path());
      return TrainingSession.restore(spec, folder.path());
    } catch (ObjectLost | IllegalArgumentException unfit) {
      log.warn("{} of {} begins anew: {}", kept.cell(), owner.id(), unfit.getMessage());
      return null;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Makes the session's state the cell's checkpoint.
  ///
  /// @param seconds that training took so far
  void save(String cell, TrainingSession session, double seconds) {
    try (var folder = scratch.folder("checkpoint")) {
      session.save(folder.path());
      checkpoints.save(owner, cell, session.nextStep(), seconds, folder.path());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
