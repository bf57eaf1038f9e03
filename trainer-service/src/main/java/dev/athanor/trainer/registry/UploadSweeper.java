package dev.athanor.trainer.registry;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.Sweep;
import dev.athanor.trainer.role.ApiRole;
import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes uploaded objects that neither a version nor an unfinished import names, left by a
/// service that died before it could, and too old to be on their way into one.
@Component
@ApiRole
class UploadSweeper {
  private final ObjectStore store;
  private final Orphans orphans;
  private final Clock clock;
  private final UploadProperties properties;

  UploadSweeper(ObjectStore store, JdbcClient jdbc, Clock clock, UploadProperties properties) {
    this.store = store;
    this.orphans =
        new Orphans(
            store,
            Models.BUCKET,
            key -> key.contains("/" + UploadedFiles.FOLDER),
            Orphans::folder,
            () ->
                jdbc.sql(
                        """
                        select prefix from model_version where prefix is not null
                        union all select prefix from model_import where state in ('QUEUED', 'RUNNING')""")
                    .query(String.class)
                    .list());
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(initialDelayString = "PT2M", fixedDelayString = "PT1H")
  void sweepOrWait() {
    Sweep.orWait("uploaded models", this::sweep);
  }

  void sweep() {
    store.ensureBucket(Models.BUCKET);
    orphans.deleteBefore(clock.instant().minus(properties.abandonedAfter()));
  }
}
