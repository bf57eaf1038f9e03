package dev.athanor.augmentation.dataset;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.Sweep;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes uploaded files that no version still needs, left by a service that died before it could,
/// and too old to be on their way into a row. Versions whose upload has shown no sign of life for
/// long are given up, and their files with them.
@Component
class UploadSweeper {
  private static final Logger log = LoggerFactory.getLogger(UploadSweeper.class);

  private final VersionRows rows;
  private final Orphans orphans;
  private final Clock clock;
  private final DatasetProperties properties;

  UploadSweeper(
      VersionRows rows,
      ObjectStore store,
      JdbcClient jdbc,
      Clock clock,
      DatasetProperties properties) {
    this.rows = rows;
    this.orphans =
        new Orphans(
            store,
            Upload.BUCKET,
            _ -> true,
            key -> key,
            () ->
                jdbc.sql(
                        """
                        select object_key from upload join dataset_version using (dataset, version)
                        where state in ('UPLOADING', 'INGESTING')""")
                    .query(String.class)
                    .list());
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
  void sweepOrWait() {
    Sweep.orWait("uploads", this::sweep);
  }

  void sweep() {
    var silence = properties.givenUpAfter();
    int givenUp =
        rows.giveUp(
            clock.instant().minus(silence),
            "given up: no upload for %d hours (expected: all files, then the ingest)"
                .formatted(silence.toHours()));
    if (givenUp > 0) {
      log.info("{} versions that nobody uploaded to for {} are given up", givenUp, silence);
    }
    orphans.deleteBefore(clock.instant().minus(properties.abandonedAfter()));
  }
}
