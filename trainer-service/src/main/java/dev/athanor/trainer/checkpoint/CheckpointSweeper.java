package dev.athanor.trainer.checkpoint;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.Sweep;
import dev.athanor.trainer.role.ApiRole;
import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets what ended runs keep but their newest checkpoint, and what cells kept whose evaluation
/// has ended, and deletes the objects that no row names and that are too old to be on their way
/// into one.
@Component
@ApiRole
class CheckpointSweeper {
  private final ObjectStore store;
  private final Checkpoints checkpoints;
  private final CellCheckpoints cells;
  private final Orphans orphans;
  private final Clock clock;
  private final CheckpointProperties properties;

  CheckpointSweeper(
      ObjectStore store,
      Checkpoints checkpoints,
      CellCheckpoints cells,
      JdbcClient jdbc,
      Clock clock,
      CheckpointProperties properties) {
    this.store = store;
    this.checkpoints = checkpoints;
    this.cells = cells;
    this.orphans =
        new Orphans(
            store,
            Checkpoints.BUCKET,
            _ -> true,
            Orphans::folder,
            () ->
                jdbc.sql(
                        """
                        select run_id || '/' || step || '-' || fence || '/' from checkpoint
                        union all select owner_id || '/' || cell || '/' || step || '-' || fence || '/' from cell_checkpoint""")
                    .query(String.class)
                    .list());
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(
      initialDelayString = "PT1M",
      fixedDelayString = "${athanor.trainer.checkpoint.sweep-every}")
  void sweepOrWait() {
    Sweep.orWait("checkpoints", this::sweep);
  }

  void sweep() {
    checkpoints.forgetEnded();
    cells.forgetEnded();
    store.ensureBucket(Checkpoints.BUCKET);
    orphans.deleteBefore(clock.instant().minus(properties.sweepAfter()));
  }
}
