package dev.athanor.augmentation.token;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.dataset.Sha256;
import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.token.TokenizerDocument.Special;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Trains tokenizers and builds token indexes in the background, one at a time, on a thread of its
/// own. Work that another process left half done starts again.
@Component
@EnableConfigurationProperties(TokenProperties.class)
class TokenWorker implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(TokenWorker.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final TokenizerRows tokenizerRows;
  private final TokenIndexRows indexRows;
  private final Tokenizers tokenizers;
  private final Catalogue catalogue;
  private final SampleReader reader;
  private final ObjectStore store;
  private final TokenProperties properties;
  private final Semaphore work = new Semaphore(0);
  private volatile boolean running;
  private Thread thread = new Thread(() -> {});

  TokenWorker(
      TokenizerRows tokenizerRows,
      TokenIndexRows indexRows,
      Tokenizers tokenizers,
      Catalogue catalogue,
      SampleReader reader,
      ObjectStore store,
      TokenProperties properties) {
    this.tokenizerRows = tokenizerRows;
    this.indexRows = indexRows;
    this.tokenizers = tokenizers;
    this.catalogue = catalogue;
    this.reader = reader;
    this.store = store;
    this.properties = properties;
  }

  /// Says that there is work, so that it need not wait for the next poll.
  void wake() {
    work.release();
  }

  @Override
  public void start() {
    store.ensureBucket(Tokenizers.BUCKET);
    running = true;
    thread = Thread.ofPlatform().name("tokens").start(this::loop);
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
        if (!workOn(tokenizerRows.jobs(), this::train) && !workOn(indexRows.jobs(), this::index)) {
          var ignored = work.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
      } catch (InterruptedException stopping) {
        return;
      } catch (RuntimeException failure) {
        log.warn("looking for tokenizers and indexes to make failed, trying again", failure);
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

  @FunctionalInterface
  private interface Work {
    void run(Job job, Lease lease) throws IOException;
  }

  /// False where there was nothing to do.
  private boolean workOn(JobRows rows, Work work) {
    var claimed = rows.claim(properties.lease());
    if (claimed.isEmpty()) {
      return false;
    }
    var job = claimed.get();
    var what = "%s %s".formatted(rows.table(), job.id());
    log.info("{}: attempt {}", what, job.attempt());
    if (job.attempt() > properties.attempts()) {
      fail(
          rows,
          job,
          "gave up: %d attempts ended with their process".formatted(properties.attempts()));
      return true;
    }
    try (var lease =
        new Lease(
            what,
            (samples, bytes) -> rows.renew(job, properties.lease(), samples, bytes),
            properties.lease())) {
      try {
        work.run(job, lease);
      } catch (Lease.Lost lost) {
        log.warn("{}: {}", what, lost.getMessage());
      } catch (Problem problem) {
        fail(rows, job, problem.getMessage());
      } catch (RuntimeException | IOException failure) {
        tryAgain(rows, job, failure);
      }
    }
    return true;
  }

  private void train(Job job, Lease lease) throws IOException {
    var wanted = tokenizerRows.withId(job.id()).orElseThrow(() -> new Lease.Lost("deleted"));
    var dataset =
        catalogue.open(
            Objects.requireNonNull(wanted.dataset()), Objects.requireNonNull(wanted.version()));
    var documents = new Documents(reader, dataset.split(Split.TRAIN));
    TokenizerTraining.Result trained;
    try {
      trained =
          new TokenizerTraining(documents, properties.trainSize().toBytes())
              .run(wanted.vocabulary(), lease);
    } catch (TokenizerException refused) {
      throw Problem.of(Kind.UNPROCESSABLE, refused.getMessage(), refused);
    }
    var sha256 = Sha256.hex(trained.file());
    lease.check();
    store.put(Tokenizers.BUCKET, Tokenizers.key(wanted.name(), sha256), trained.file());
    var tokenizer = trained.tokenizer();
    if (tokenizerRows.ready(job, tokenizer.vocabulary(), sha256, Special.of(tokenizer))) {
      log.info("tokenizer {}: ready, {} tokens", wanted.name(), tokenizer.vocabulary());
    } else if (tokenizerRows.withId(job.id()).isEmpty()) {
      store.delete(Tokenizers.BUCKET, Tokenizers.key(wanted.name(), sha256));
    }
  }

  /// Objects first, then the one row that makes them an index.
  private void index(Job job, Lease lease) throws IOException {
    var wanted = indexRows.withId(job.id()).orElseThrow(() -> new Lease.Lost("deleted")).document();
    var dataset = catalogue.open(wanted.dataset(), wanted.version());
    var tokenizer = tokenizers.open(wanted.tokenizer());
    if (!tokenizer.sha256().equals(wanted.sha256())) {
      throw Problem.conflict(
          "tokenizer: %s is another file now (expected: the one asked for)"
              .formatted(wanted.tokenizer()));
    }
    var summary =
        new TokenIndexBuilder(reader, store, properties.tokenFolder())
            .build(dataset, tokenizer, lease);
    if (indexRows.ready(job, summary)) {
      log.info(
          "tokens of {} version {} by {}: ready",
          wanted.dataset(),
          wanted.version(),
          wanted.tokenizer());
    } else if (indexRows.withId(job.id()).isEmpty()) {
      store.deleteAll(Manifest.BUCKET, summary.prefix());
    }
  }

  private static void fail(JobRows rows, Job job, String reason) {
    log.warn("{} {}: failed: {}", rows.table(), job.id(), reason);
    rows.fail(job, reason);
  }

  private void tryAgain(JobRows rows, Job job, Exception failure) {
    if (!running) {
      // The interrupt has done its work; the database would take it for its own.
      var ignored = Thread.interrupted();
      rows.handBack(job);
      return;
    }
    log.warn("{} {}: attempt failed", rows.table(), job.id(), failure);
    if (job.attempt() >= properties.attempts()) {
      fail(
          rows,
          job,
          "gave up after %d attempts: %s".formatted(job.attempt(), failure.getMessage()));
    } else {
      rows.release(job, PAUSE);
    }
  }
}
