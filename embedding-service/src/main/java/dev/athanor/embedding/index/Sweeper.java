package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Snapshot;
import dev.athanor.embedding.segment.SnapshotStore;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Deletes files that no snapshot names any more, once nobody can still be reading them or be about
/// to name them. Every process does it, for the first time when it starts; deleting twice does no
/// harm.
@Component
class Sweeper implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final IndexRows rows;
  private final SnapshotStore snapshots;
  private final IndexProperties bounds;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sweep-snapshots").daemon(true).factory());
  private volatile boolean running;

  Sweeper(IndexRows rows, SnapshotStore snapshots, IndexProperties bounds, Clock clock) {
    this.rows = rows;
    this.snapshots = snapshots;
    this.bounds = bounds;
    this.clock = clock;
  }

  @Override
  public void start() {
    running = true;
    long between = Math.max(1, bounds.retention().toMillis() / 4);
    thread.scheduleWithFixedDelay(this::tryToSweep, 0, between, TimeUnit.MILLISECONDS);
  }

  private void tryToSweep() {
    try {
      snapshots.prepare();
      sweep();
    } catch (RuntimeException failure) {
      log.warn("files of indexes could not be swept, later again", failure);
    }
  }

  private void sweep() {
    var oldest = clock.instant().minus(bounds.retention());
    snapshots
        .stored()
        .forEach(
            (index, objects) -> {
              // The row is read after the listing, so whatever it names now was there to be listed.
              var named = named(index);
              objects.forEach(
                  (key, object) -> {
                    if (!named.contains(key) && object.modified().isBefore(oldest)) {
                      delete(key, oldest);
                    }
                  });
            });
  }

  private Set<String> named(String index) {
    var named = new HashSet<String>();
    rows.withId(index)
        .map(IndexRow::manifest)
        .ifPresent(
            manifest -> {
              named.add(manifest);
              snapshots.read(manifest).files().stream()
                  .map(Snapshot.StoredFile::key)
                  .forEach(named::add);
            });
    return named;
  }

  private void delete(String key, Instant oldest) {
    log.debug("{}: no snapshot has named it since {}", key, oldest);
    snapshots.delete(key);
  }

  @Override
  public void stop() {
    running = false;
    thread.shutdown();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
