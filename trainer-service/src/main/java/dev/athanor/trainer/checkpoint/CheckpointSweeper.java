package dev.athanor.trainer.checkpoint;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import dev.athanor.trainer.role.ApiRole;
import java.time.Clock;
import java.util.HashSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes the objects that no row names and that are too old to be on their way into one.
@Component
@ApiRole
class CheckpointSweeper {
  private static final Logger log = LoggerFactory.getLogger(CheckpointSweeper.class);

  private final ObjectStore store;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final CheckpointProperties properties;

  CheckpointSweeper(
      ObjectStore store, JdbcClient jdbc, Clock clock, CheckpointProperties properties) {
    this.store = store;
    this.jdbc = jdbc;
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(
      initialDelayString = "PT1M",
      fixedDelayString = "${athanor.trainer.checkpoint.sweep-every}")
  void sweepOrWait() {
    try {
      sweep();
    } catch (DataAccessException | StoreException failure) {
      log.warn("checkpoints are not swept: {}", failure.getMessage());
    }
  }

  /// Objects are listed before the rows are read: an object whose row is written in between is
  /// found named.
  void sweep() {
    store.ensureBucket(Checkpoints.BUCKET);
    var oldest = clock.instant().minus(properties.sweepAfter());
    var old =
        store.list(Checkpoints.BUCKET, "").stream()
            .filter(object -> object.modified().isBefore(oldest))
            .toList();
    var named =
        new HashSet<>(
            jdbc.sql("select run_id || '/' || step || '-' || fence || '/' from checkpoint")
                .query(String.class)
                .list());
    for (var object : old) {
      if (!named.contains(object.key().substring(0, object.key().lastIndexOf('/') + 1))) {
        store.delete(Checkpoints.BUCKET, object.key());
        log.debug("{} belongs to no checkpoint and is deleted", object.key());
      }
    }
  }
}
