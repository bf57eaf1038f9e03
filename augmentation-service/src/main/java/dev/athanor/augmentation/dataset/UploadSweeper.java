package dev.athanor.augmentation.dataset;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.StoreException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes uploaded files that no row names, left by a service that died between the two, and too
/// old to be on their way into one.
@Component
class UploadSweeper {
  private static final Logger log = LoggerFactory.getLogger(UploadSweeper.class);

  private final Orphans orphans;
  private final Clock clock;
  private final DatasetProperties properties;

  UploadSweeper(ObjectStore store, JdbcClient jdbc, Clock clock, DatasetProperties properties) {
    this.orphans =
        new Orphans(
            store,
            Upload.BUCKET,
            _ -> true,
            key -> key,
            () -> jdbc.sql("select object_key from upload").query(String.class).list());
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
  void sweepOrWait() {
    try {
      sweep();
    } catch (DataAccessException | StoreException failure) {
      log.warn("uploads are not swept: {}", failure.getMessage());
    }
  }

  void sweep() {
    orphans.deleteBefore(clock.instant().minus(properties.abandonedAfter()));
  }
}
