package dev.athanor.embedding.job;

import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.Orphans;
import dev.athanor.platform.store.Sweep;
import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes the files of jobs that are not there any more: left by a service that died while it
/// deleted one, or by a worker that had lost its lease and did not know.
@Component
class OutputSweeper {
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final ObjectStore store;
  private final Orphans orphans;
  private final Clock clock;

  OutputSweeper(ObjectStore store, JobRows rows, Clock clock) {
    this.store = store;
    this.orphans = new Orphans(store, PartWriter.BUCKET, _ -> true, OutputSweeper::job, rows::ids);
    this.clock = clock;
  }

  private static String job(String key) {
    return key.substring(0, Math.max(0, key.indexOf('/')));
  }

  @Scheduled(initialDelayString = "PT2M", fixedDelayString = "PT1H")
  void sweepOrWait() {
    Sweep.orWait("files of embedding jobs", this::sweep);
  }

  void sweep() {
    store.ensureBucket(PartWriter.BUCKET);
    orphans.deleteBefore(clock.instant().minus(ABANDONED));
  }
}
