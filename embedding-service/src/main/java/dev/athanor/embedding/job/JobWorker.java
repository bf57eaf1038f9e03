package dev.athanor.embedding.job;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.dataset.StoredDataset;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.leftover.Leftovers;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Works on jobs, one at a time, on a thread of its own. What another process left half done goes
/// on behind its last whole part. An [Error] ends an attempt, and not the thread.
@Component
@EnableConfigurationProperties(JobProperties.class)
class JobWorker implements SmartLifecycle, HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(JobWorker.class);
  private static final String THREAD = "embedding-jobs";

  private final JobRows rows;
  private final BulkEmbedder bulk;
  private final Embedder embedder;
  private final Catalogue catalogue;
  private final ObjectStore store;
  private final Clock clock;
  private final JobProperties properties;
  private final Semaphore work = new Semaphore(0);
  private volatile boolean running;
  private volatile @Nullable JobLease current;
  private Thread thread = new Thread(() -> {});

  JobWorker(
      JobRows rows,
      BulkEmbedder bulk,
      Embedder embedder,
      Catalogue catalogue,
      ObjectStore store,
      Clock clock,
      JobProperties properties) {
    this.rows = rows;
    this.bulk = bulk;
    this.embedder = embedder;
    this.catalogue = catalogue;
    this.store = store;
    this.clock = clock;
    this.properties = properties;
  }

  /// Says that there is work, so that it need not wait for the next look.
  void wake() {
    work.release();
  }

  @Override
  public void start() {
    running = true;
    Leftovers.clear(
        properties.folder(), name -> name.startsWith(PartWriter.FOLDER), clock.instant());
    thread = Thread.ofPlatform().name(THREAD).daemon(true).start(this::loop);
  }

  @Override
  public void stop() {
    running = false;
    var lease = current;
    if (lease != null) {
      lease.stop();
    }
    wake();
    try {
      thread.join(properties.lease());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread.isAlive();
  }

  /// Part of liveness: once the thread has ended that nobody told to stop, only a new process works
  /// again.
  @Override
  public Health health() {
    return running && !thread.isAlive()
        ? Health.down()
            .withDetail("reason", "the thread \"%s\" has ended".formatted(THREAD))
            .build()
        : Health.up().build();
  }

  private void loop() {
    while (running) {
      try {
        if (!workOnOne()) {
          var ignored = work.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
      } catch (InterruptedException stopping) {
        return;
      } catch (RuntimeException | Error failure) {
        log.warn("looking for embedding jobs failed, trying again", failure);
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

  /// False where there was nothing to do.
  private boolean workOnOne() {
    if (!catalogue.complete()) {
      // An attempt that does not know the models yet could only fail.
      return false;
    }
    var claimed = rows.claim(properties.lease());
    if (claimed.isEmpty()) {
      return false;
    }
    var claim = claimed.get();
    if (claim.attempt() > properties.attempts()) {
      fail(claim, "gave up: %d attempts ended with their process".formatted(properties.attempts()));
      return true;
    }
    var job = rows.find(claim.id()).orElseThrow();
    log.info("job {}: attempt {}, {} of {}", job.id(), claim.attempt(), job.done(), job.total());
    try (var lease = new JobLease(rows, claim, properties.lease(), job.done())) {
      current = lease;
      if (!running) {
        lease.stop();
      }
      attempt(job, claim, lease);
    } finally {
      current = null;
    }
    return true;
  }

  private void attempt(Job job, JobRows.Claim claim, JobLease lease) {
    try {
      run(job, claim, lease);
    } catch (JobLease.Ended ended) {
      switch (ended.why()) {
        case LOST -> log.warn("job {}: the lease is lost, left to whoever holds it", job.id());
        case CANCELLED -> rows.cancelled(claim);
        case STOPPING -> rows.handBack(claim, Duration.ZERO, null);
      }
    } catch (BulkEmbedder.BrokenSample broken) {
      fail(claim, String.valueOf(broken.getMessage()));
    } catch (Problem problem) {
      switch (problem.kind()) {
        case UNPROCESSABLE -> fail(claim, problem.getMessage());
        // The service is busy, which says nothing about the job.
        case TOO_MANY -> rows.handBack(claim, properties.pause(), problem.getMessage());
        default -> tryAgain(claim, problem);
      }
    } catch (RuntimeException | IOException | Error failure) {
      tryAgain(claim, failure);
    }
  }

  private void run(Job job, JobRows.Claim claim, JobLease lease) throws IOException {
    var version = embedder.resolve(job.model());
    var dataset = StoredDataset.open(store, job.dataset(), job.version(), job.split());
    if (dataset.samples() != job.total()) {
      throw Problem.unprocessable(
          "dataset: %s version %d has %d samples now (expected: the %d that it had)"
              .formatted(job.dataset(), job.version(), dataset.samples(), job.total()));
    }
    store.ensureBucket(PartWriter.BUCKET);
    Files.createDirectories(properties.folder());
    var parts = new PartWriter(store, properties.folder(), claim);
    int next = Math.toIntExact(Math.ceilDiv(job.done(), job.partSamples()));
    for (long from = job.done(); from < job.total(); from += job.partSamples(), next++) {
      long to = Math.min(job.total(), from + job.partSamples());
      var embedded = bulk.embed(version, dataset.stream(from, to), lease);
      lease.check();
      var files = parts.write(next, job.format(), embedded);
      lease.check();
      if (!rows.addPart(claim, next, to, files)) {
        throw new JobLease.Ended(JobLease.Ended.Why.LOST);
      }
    }
    lease.check();
    if (!rows.succeed(claim, next, parts.manifest(job, rows.files(job.id())))) {
      throw new JobLease.Ended(JobLease.Ended.Why.LOST);
    }
    log.info("job {}: {} samples are embedded", job.id(), job.total());
    clearLeftovers(job);
  }

  /// Deletes what lost claims have stored and no row names.
  private void clearLeftovers(Job job) {
    var named = rows.files(job.id()).stream().map(PartFile::key).collect(Collectors.toSet());
    store.list(PartWriter.BUCKET, job.id() + "/").stream()
        .map(ObjectStore.Stat::key)
        .filter(key -> !named.contains(key))
        .forEach(key -> store.delete(PartWriter.BUCKET, key));
  }

  private void fail(JobRows.Claim claim, String reason) {
    log.warn("job {}: failed: {}", claim.id(), reason);
    rows.fail(claim, reason);
  }

  private void tryAgain(JobRows.Claim claim, Throwable failure) {
    log.warn("job {}: attempt failed", claim.id(), failure);
    // An error's message alone says little, and seldom is for people: "Java heap space".
    var reason = failure instanceof Error ? failure.toString() : failure.getMessage();
    int attempts = rows.attempts(claim.id());
    if (attempts >= properties.attempts()) {
      fail(claim, "gave up after %d attempts: %s".formatted(attempts, reason));
    } else {
      rows.release(claim, properties.pause(attempts), String.valueOf(reason));
    }
  }
}
