package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.dataset.DatasetVersion.Summary;
import dev.athanor.augmentation.format.StagedFile;
import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.lease.LeasedWork;
import dev.athanor.augmentation.lease.WorkLoop;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Ingests versions in the background, one at a time. An ingest that another process left half done
/// starts again from the uploaded files, after its shards are removed.
@Component
class IngestWorker implements SmartLifecycle, HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(IngestWorker.class);

  private final ClaimRows rows;
  private final VersionRows versions;
  private final ObjectStore store;
  private final JsonMapper json;
  private final Ingest ingest;
  private final WorkLoop loop;

  IngestWorker(
      ClaimRows rows,
      VersionRows versions,
      ObjectStore store,
      DatasetProperties properties,
      JsonMapper json) {
    this.rows = rows;
    this.versions = versions;
    this.store = store;
    this.json = json;
    this.ingest =
        new Ingest(
            (key, content, bytes) -> store.put(Manifest.BUCKET, key, content, bytes), properties);
    var work =
        new LeasedWork<>(
            rows.ingests(),
            claim -> "ingest of " + claim,
            properties.lease(),
            properties.attempts(),
            this::ingest,
            this::fail);
    this.loop = new WorkLoop("ingest", properties.poll(), properties.lease(), List.of(work));
  }

  /// Says that there is work, so that it need not wait for the next poll.
  void wake() {
    loop.wake();
  }

  @Override
  public void start() {
    store.ensureBucket(Upload.BUCKET);
    store.ensureBucket(Manifest.BUCKET);
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  @Override
  public boolean isRunning() {
    return loop.isRunning();
  }

  /// Part of liveness.
  @Override
  public Health health() {
    return loop.health();
  }

  private void ingest(Claim claim, Lease lease) throws IOException {
    finish(claim, lease, read(claim, lease));
  }

  private Manifest read(Claim claim, Lease lease) throws IOException {
    // Whoever took over from a worker that was held up may have written them.
    lease.check();
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
      log.info("{}: ready", claim);
      removeUploads(claim);
    }
  }

  private void fail(Claim claim, String reason) {
    if (rows.ingests().fail(claim, reason)) {
      store.deleteAll(Manifest.BUCKET, Manifest.prefix(claim.dataset(), claim.version()));
      removeUploads(claim);
    }
  }

  private void removeUploads(Claim claim) {
    List<Upload> uploads = versions.uploads(claim.dataset(), claim.version());
    uploads.forEach(upload -> store.delete(Upload.BUCKET, upload.objectKey()));
  }
}
