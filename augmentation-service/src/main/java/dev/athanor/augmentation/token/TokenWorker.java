package dev.athanor.augmentation.token;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.lease.Lease;
import dev.athanor.augmentation.lease.LeasedRows;
import dev.athanor.augmentation.lease.LeasedWork;
import dev.athanor.augmentation.lease.WorkLoop;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.token.TokenIndexDocument.Summary;
import dev.athanor.augmentation.token.TokenizerDocument.Special;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Trains tokenizers and builds token indexes in the background, one at a time.
@Component
@EnableConfigurationProperties(TokenProperties.class)
class TokenWorker implements SmartLifecycle, HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(TokenWorker.class);

  private final TokenizerRows tokenizerRows;
  private final TokenIndexRows indexRows;
  private final Tokenizers tokenizers;
  private final Catalogue catalogue;
  private final SampleReader reader;
  private final ObjectStore store;
  private final TokenProperties properties;
  private final WorkLoop loop;

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
    this.loop =
        new WorkLoop(
            "tokens",
            properties.poll(),
            properties.lease(),
            List.of(
                work(tokenizerRows.jobs(), properties, this::train),
                work(indexRows.jobs(), properties, this::index)));
  }

  /// Says that there is work, so that it need not wait for the next poll.
  void wake() {
    loop.wake();
  }

  @Override
  public void start() {
    store.ensureBucket(Tokenizers.BUCKET);
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
      throw Refusal.problem("", refused, "");
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
    Summary summary;
    try {
      summary =
          new TokenIndexBuilder(reader, store, properties.tokenFolder())
              .build(dataset, tokenizer, lease);
    } catch (TokenizerException refused) {
      throw Refusal.problem("", refused, "");
    }
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

  private static LeasedWork<Job> work(
      LeasedRows<Job> rows, TokenProperties properties, LeasedWork.Work<Job> work) {
    return new LeasedWork<>(
        rows,
        job -> "%s %s".formatted(rows.table(), job.id()),
        properties.lease(),
        properties.attempts(),
        work,
        rows::fail);
  }
}
