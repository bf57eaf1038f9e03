package dev.athanor.augmentation.dataset;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import java.time.Clock;
import java.util.HashSet;
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

  private final ObjectStore store;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final DatasetProperties properties;

  UploadSweeper(ObjectStore store, JdbcClient jdbc, Clock clock, DatasetProperties properties) {
    this.store = store;
    this.jdbc = jdbc;
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

  /// Objects are listed before the rows are read: one whose row is written in between is found
  /// named.
  void sweep() {
    var oldest = clock.instant().minus(properties.abandonedAfter());
    var old =
        store.list(Upload.BUCKET, "").stream()
            .filter(object -> object.modified().isBefore(oldest))
            .toList();
    var named = new HashSet<>(jdbc.sql("select object_key from upload").query(String.class).list());
    for (var object : old) {
      if (!named.contains(object.key())) {
        store.delete(Upload.BUCKET, object.key());
        log.info("{} belongs to no version and is deleted", object.key());
      }
    }
  }
}
