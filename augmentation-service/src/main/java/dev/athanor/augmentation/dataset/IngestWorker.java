package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.Summary;
import dev.athanor.augmentation.format.StagedFile;
import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Ingests versions in the background, one at a time, on a thread of its own. An ingest that
/// another process left half done starts again from the uploaded files, after its shards are
/// removed.
@Component
class IngestWorker implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(IngestWorker.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final ClaimRows rows;
  private final VersionRows versions;
  private final ObjectStore store;
  private final DatasetProperties properties;
  private final JsonMapper json;
  private final Ingest ingest;
  private final Semaphore work = new Semaphore(0);
  private volatile boolean running;
  private Thread thread = new Thread(() -> {});

  IngestWorker(
      ClaimRows rows,
      VersionRows versions,
      ObjectStore store,
      DatasetProperties properties,
      JsonMapper json) {
    this.rows = rows;
    this.versions = versions;
    this.store = store;
    this.properties = properties;
    this.json = json;
    this.ingest =
        new Ingest(
            (key, content, bytes) -> store.put(Manifest.BUCKET, key, content, bytes), properties);
  }

  /// Says that there is work, so that it need not wait for the next poll.
  void wake() {
    work.release();
  }

  @Override
  public void start() {
    store.ensureBucket(Upload.BUCKET);
    store.ensureBucket(Manifest.BUCKET);
    running = true;
    thread = Thread.ofPlatform().name("ingest").start(this::loop);
  }

  @Override
  public void stop() {
    running = false;
    thread.interrupt();
    try {
      thread.join(properties.lease());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void loop() {
    while (running) {
      try {
        var claim = rows.claim(properties.lease());
        if (claim.isPresent()) {
          ingest(claim.get());
        } else {
          var ignored = work.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
      } catch (InterruptedException stopping) {
        return;
      } catch (RuntimeException failure) {
        log.warn("looking for versions to ingest failed, trying again", failure);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(properties.poll().toMillis());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void ingest(Claim claim) {
    log.info(
        "{} version {}: ingest, attempt {}", claim.dataset(), claim.version(), claim.attempt());
    if (claim.attempt() > properties.attempts()) {
      fail(claim, "gave up: %d attempts ended with their process".formatted(properties.attempts()));
      return;
    }
    var what = "%s version %d".formatted(claim.dataset(), claim.version());
    try (var lease =
        new Lease(
            what,
            (samples, bytes) -> rows.renew(claim, properties.lease(), samples, bytes),
            properties.lease())) {
      try {
        finish(claim, lease, read(claim, lease));
      } catch (Lease.Lost lost) {
        log.warn("{} version {}: {}", claim.dataset(), claim.version(), lost.getMessage());
      } catch (Problem problem) {
        fail(claim, problem.getMessage());
      } catch (RuntimeException | IOException failure) {
        tryAgain(claim, failure);
      }
    }
  }

  private Manifest read(Claim claim, Lease lease) throws IOException {
    store.deleteAll(Manifest.BUCKET, Manifest.prefix(claim.dataset(), claim.version()));
    var files =
        versions.uploads(claim.dataset(), claim.version()).stream()
            .map(upload -> staged(upload, lease))
            .toList();
    return ingest.run(claim, files, lease);
  }

  private StagedFile staged(Upload upload, Lease lease) {
    var split = upload.split().equals("auto") ? null : Split.of(upload.split());
    return new StagedFile(split, new StagedBlob(store, upload, lease::read));
  }

  /// Objects first, then the one row that makes them a version.
  private void finish(Claim claim, Lease lease, Manifest manifest) {
    var bytes = json.writeValueAsBytes(manifest);
    lease.sample();
    store.put(
        Manifest.BUCKET, Manifest.prefix(claim.dataset(), claim.version()) + Manifest.FILE, bytes);
    if (rows.ready(claim, Summary.of(manifest), Sha256.hex(bytes))) {
      log.info("{} version {}: ready", claim.dataset(), claim.version());
      removeUploads(claim);
    }
  }

  private void fail(Claim claim, String reason) {
    log.warn("{} version {}: failed: {}", claim.dataset(), claim.version(), reason);
    if (rows.fail(claim, reason)) {
      store.deleteAll(Manifest.BUCKET, Manifest.prefix(claim.dataset(), claim.version()));
      removeUploads(claim);
    }
  }

  private void tryAgain(Claim claim, Exception failure) {
    if (!running) {
      // The interrupt has done its work; the database would take it for its own.
      var ignored = Thread.interrupted();
      rows.handBack(claim);
      return;
    }
    log.warn("{} version {}: attempt failed", claim.dataset(), claim.version(), failure);
    if (claim.attempt() >= properties.attempts()) {
      fail(claim, "gave up after %d attempts: %s".formatted(claim.attempt(), failure.getMessage()));
    } else {
      rows.release(claim, PAUSE);
    }
  }

  private void removeUploads(Claim claim) {
    List<Upload> uploads = versions.uploads(claim.dataset(), claim.version());
    uploads.forEach(upload -> store.delete(Upload.BUCKET, upload.objectKey()));
  }
}
