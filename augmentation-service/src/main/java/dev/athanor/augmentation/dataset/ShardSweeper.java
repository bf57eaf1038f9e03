package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.Sweep;
import java.time.Clock;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes shards, manifests and tokens of versions that are gone or FAILED: what a worker was
/// still writing when its version was deleted, or what a service that died did not come to delete.
/// Their numbers are never used again.
@Component
class ShardSweeper {
  /// [Manifest#prefix] and what is below it.
  private static final Pattern OBJECT = Pattern.compile("([^/]+/[0-9]+/).+");

  private final Orphans orphans;
  private final Clock clock;
  private final DatasetProperties properties;

  ShardSweeper(ObjectStore store, JdbcClient jdbc, Clock clock, DatasetProperties properties) {
    this.orphans =
        new Orphans(
            store,
            Manifest.BUCKET,
            key -> OBJECT.matcher(key).matches(),
            key -> OBJECT.matcher(key).replaceFirst("$1"),
            () ->
                jdbc.sql(
                        """
                        select dataset || '/' || version || '/' from dataset_version
                        where state <> 'FAILED'""")
                    .query(String.class)
                    .list());
    this.clock = clock;
    this.properties = properties;
  }

  @Scheduled(initialDelayString = "PT2M", fixedDelayString = "PT1H")
  void sweepOrWait() {
    Sweep.orWait("shards", this::sweep);
  }

  void sweep() {
    orphans.deleteBefore(clock.instant().minus(properties.abandonedAfter()));
  }
}
