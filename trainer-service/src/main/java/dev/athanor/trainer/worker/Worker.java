package dev.athanor.trainer.worker;

import dev.athanor.platform.kafka.KafkaSettings;
import dev.athanor.trainer.appraisal.AppraisalOwners;
import dev.athanor.trainer.appraisal.AppraisalState;
import dev.athanor.trainer.appraisal.Appraisals;
import dev.athanor.trainer.batch.BatchClients;
import dev.athanor.trainer.batch.Mailbox;
import dev.athanor.trainer.batch.WindowProperties;
import dev.athanor.trainer.checkpoint.CellCheckpoints;
import dev.athanor.trainer.checkpoint.Checkpoints;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.lease.Lease;
import dev.athanor.trainer.lease.LeaseKeeper;
import dev.athanor.trainer.lease.LeaseProperties;
import dev.athanor.trainer.lease.LeaseTable;
import dev.athanor.trainer.lease.Leases;
import dev.athanor.trainer.registry.Importer;
import dev.athanor.trainer.registry.Imports;
import dev.athanor.trainer.registry.Publisher;
import dev.athanor.trainer.role.WorkerRole;
import dev.athanor.trainer.run.RunOwners;
import dev.athanor.trainer.run.RunState;
import dev.athanor.trainer.run.Runs;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.time.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/// The thread that trains: it leases a mailbox, then one run, evaluation or import after the other.
/// When the context stops it makes a last checkpoint and gives back what it holds, so that another
/// worker goes on at once.
@Component
@WorkerRole
@EnableConfigurationProperties({
  WorkerProperties.class,
  WindowProperties.class,
  LeaseProperties.class
})
class Worker implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(25);

  private final KafkaSettings kafka;
  private final Runs runs;
  private final RunOwners owners;
  private final Appraisals appraisals;
  private final AppraisalOwners appraisalOwners;
  private final Imports imports;
  private final Importer importer;
  private final Checkpoints checkpoints;
  private final CellCheckpoints cells;
  private final Publisher publisher;
  private final Tokenising tokenising;
  private final PublishedEncoders published;
  private final WorkerProperties properties;
  private final WindowProperties window;
  private final Clock clock;
  private final Ticker ticker;
  private final Scratch scratch;
  private final Leases runLeases;
  private final Leases appraisalLeases;
  private final Leases importLeases;
  private final Leases mailboxLeases;
  private final Duration beat;
  private volatile @Nullable Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable Guard guard;
  private volatile @Nullable Mailbox mailbox;

  Worker(
      KafkaSettings kafka,
      Runs runs,
      RunOwners owners,
      Appraisals appraisals,
      AppraisalOwners appraisalOwners,
      Imports imports,
      Importer importer,
      Checkpoints checkpoints,
      CellCheckpoints cells,
      Publisher publisher,
      Tokenizers tokenizers,
      PublishedEncoders published,
      WorkerProperties properties,
      WindowProperties window,
      LeaseProperties lease,
      WorkerName name,
      JdbcClient jdbc,
      Clock clock,
      Ticker ticker,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.runs = runs;
    this.owners = owners;
    this.appraisals = appraisals;
    this.appraisalOwners = appraisalOwners;
    this.imports = imports;
    this.importer = importer;
    this.checkpoints = checkpoints;
    this.cells = cells;
    this.publisher = publisher;
    this.tokenising = new Tokenising(tokenizers, properties.tokens(), ticker);
    this.published = published;
    this.properties = properties;
    this.window = window;
    this.clock = clock;
    this.ticker = ticker;
    this.scratch = new Scratch(properties.scratch());
    this.runLeases = new Leases(LeaseTable.RUN, jdbc, name.value(), lease.timeToLive(), ticker);
    this.appraisalLeases =
        new Leases(LeaseTable.APPRAISAL, jdbc, name.value(), lease.timeToLive(), ticker);
    this.importLeases =
        new Leases(LeaseTable.IMPORT, jdbc, name.value(), lease.timeToLive(), ticker);
    this.mailboxLeases =
        new Leases(LeaseTable.MAILBOX, jdbc, name.value(), lease.timeToLive(), ticker);
    this.beat = lease.beat();
    addMailboxes(jdbc);
    Gauge.builder("athanor.trainer.window.outstanding", this, Worker::outstandingBytes)
        .description("Bytes of batches asked for and not yet trained on")
        .baseUnit("bytes")
        .register(meters);
  }

  private void addMailboxes(JdbcClient jdbc) {
    for (int slot = 0; slot < kafka.mailboxes(); slot++) {
      jdbc.sql("insert into mailbox (id) values (:id) on conflict do nothing")
          .param("id", Integer.toString(slot))
          .update();
    }
  }

  private double outstandingBytes() {
    var open = mailbox;
    return open == null ? 0 : open.outstandingBytes();
  }

  @Override
  public void start() {
    thread = Thread.ofPlatform().name("worker").start(this::live);
  }

  private void live() {
    try (var keeper = new LeaseKeeper(beat)) {
      while (!stopping) {
        try {
          serveMailbox(keeper);
        } catch (DataAccessException | TransactionException | KafkaException away) {
          log.warn("the worker waits: {}", away.toString());
        } catch (RuntimeException | Error unexpected) {
          log.error("the worker begins anew", unexpected);
        }
        rest();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      log.info("the worker is interrupted and ends");
    }
  }

  private void rest() throws InterruptedException {
    if (!stopping) {
      TimeUnit.NANOSECONDS.sleep(properties.idle().toNanos());
    }
  }

  /// Leases a mailbox, where one is free, and takes runs, evaluations and imports in turn for as
  /// long as it is held.
  private void serveMailbox(LeaseKeeper keeper) throws InterruptedException {
    var lease = mailboxLeases.takeAny();
    if (lease.isEmpty()) {
      return;
    }
    log.info("{} is ours", lease.get());
    keeper.keep(mailboxLeases, lease.get(), () -> {});
    try (var open =
        new Mailbox(
            BatchClients.open(kafka.bootstrapServers()),
            Integer.parseInt(lease.get().id()),
            lease.get()::check,
            clock,
            ticker)) {
      mailbox = open;
      while (!stopping && lease.get().held() && open.isAlive()) {
        takeRun(keeper, open);
        takeAppraisal(keeper, open);
        takeImport(keeper);
        rest();
      }
    } finally {
      mailbox = null;
      giveBack(keeper, mailboxLeases, lease.get());
    }
  }

  private void takeRun(LeaseKeeper keeper, Mailbox open) throws InterruptedException {
    var lease = runLeases.takeAny();
    if (lease.isEmpty()) {
      return;
    }
    var rows = owners.owned(lease.get().id(), lease.get().fence());
    hold(
        keeper,
        runLeases,
        lease.get(),
        rows::cancelRequested,
        watch -> {
          var run = read(() -> runs.get(rows.id()));
          var job = new Job(run, rows, open, watch, window.limits());
          new RunTask(
                  job,
                  checkpoints,
                  cells,
                  publisher,
                  tokenising,
                  published,
                  scratch,
                  ticker,
                  properties)
              .run();
        },
        reason -> rows.become(RunState.FAILED, reason));
  }

  private void takeAppraisal(LeaseKeeper keeper, Mailbox open) throws InterruptedException {
    var lease = stopping ? Optional.<Lease>empty() : appraisalLeases.takeAny();
    if (lease.isEmpty()) {
      return;
    }
    var rows = appraisalOwners.owned(lease.get().id(), lease.get().fence());
    hold(
        keeper,
        appraisalLeases,
        lease.get(),
        rows::cancelRequested,
        watch -> {
          var appraisal = read(() -> appraisals.get(rows.id()));
          var feed = new Feed(rows.id(), rows.fence(), open, watch, window.limits());
          new AppraisalTask(
                  appraisal, rows, feed, tokenising, published, cells, scratch, ticker, properties)
              .run();
        },
        reason -> rows.become(AppraisalState.FAILED, reason));
  }

  private void takeImport(LeaseKeeper keeper) throws InterruptedException {
    var lease = stopping ? Optional.<Lease>empty() : importLeases.takeAny();
    if (lease.isEmpty()) {
      return;
    }
    var rows = imports.owned(lease.get().id(), lease.get().fence());
    var task = new ImportTask(rows, importer, scratch, properties);
    hold(keeper, importLeases, lease.get(), rows::cancelRequested, task::run, task::fail);
  }

  private static <T> T read(Supplier<T> row) {
    try {
      return row.get();
    } catch (JacksonException unknown) {
      throw new Attempt.Unreadable(unknown);
    }
  }

  private interface Watched {
    void work(Guard watch) throws InterruptedException;
  }

  /// Works under a lease, and gives it back. After an [Error] it does not: the row then tells
  /// whoever takes it next of one more death.
  ///
  /// @param cancelRequested asked before the work and at every beat
  /// @param fail ends the work for a reason
  private void hold(
      LeaseKeeper keeper,
      Leases leases,
      Lease lease,
      BooleanSupplier cancelRequested,
      Watched watched,
      Consumer<String> fail)
      throws InterruptedException {
    log.info("{} is ours under fence {}", lease, lease.fence());
    var watch = new Guard(lease);
    guard = watch;
    keeper.keep(leases, lease, () -> cancelIf(cancelRequested.getAsBoolean(), watch));
    try {
      boolean away =
          Attempt.of(
              lease.toString(),
              () -> {
                cancelIf(cancelRequested.getAsBoolean(), watch);
                if (stopping) {
                  watch.stop();
                }
                watched.work(watch);
              },
              fail);
      if (away) {
        leases.rest(lease);
      }
      giveBack(keeper, leases, lease);
    } finally {
      guard = null;
      keeper.letGo(lease);
    }
  }

  private static void cancelIf(boolean requested, Guard watch) {
    if (requested) {
      watch.cancel();
    }
  }

  private static void giveBack(LeaseKeeper keeper, Leases leases, Lease lease) {
    keeper.letGo(lease);
    try {
      leases.release(lease);
    } catch (DataAccessException | TransactionException away) {
      // It runs out by itself.
      log.warn("{} could not be given back: {}", lease, away.getMessage());
    }
  }

  @Override
  public void stop() {
    stopping = true;
    var living = thread;
    var watch = guard;
    if (watch != null) {
      watch.stop();
    }
    try {
      if (living != null && !living.join(LAST_CHECKPOINT)) {
        log.warn(
            "the worker did not end within {}; its leases run out by themselves", LAST_CHECKPOINT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the thread has ended that nobody told to stop: only a new process trains again.
  boolean isDead() {
    return thread != null && !isRunning() && !stopping;
  }

  @Override
  public boolean isRunning() {
    var living = thread;
    return living != null && living.isAlive();
  }
}
