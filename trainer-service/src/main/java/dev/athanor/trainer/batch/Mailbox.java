package dev.athanor.trainer.batch;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.trainer.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A leased partition of `athanor.batches` and the thread that reads it. Streams are opened by the
/// training thread and served by the mailbox's: commands go one way through a queue, batches come
/// back through the stream's. What nobody waits for is read, dropped and deleted, so the partition
/// is empty whenever all answers have come.
public final class Mailbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final long DELETE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final BatchClients clients;
  private final Runnable leaseCheck;
  private final int slot;
  private final TopicPartition partition;
  private final Clock clock;
  private final Ticker ticker;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final List<Served> served = new ArrayList<>();
  private final Thread thread;
  private volatile long outstandingBytes;
  private volatile boolean closed;
  private volatile @Nullable Throwable broken;
  private long readTo;
  private long deletedTo;
  private long deletedAtNanos;

  /// Assigns the partition and stands at its end: what lies in it was asked for by somebody else.
  /// The clients are closed with the mailbox, and where it cannot be made.
  ///
  /// @param slot the partition's number
  /// @param leaseCheck throws where the partition is no longer ours; called by the mailbox's thread
  public Mailbox(BatchClients clients, int slot, Runnable leaseCheck, Clock clock, Ticker ticker) {
    this.clients = clients;
    this.slot = slot;
    this.leaseCheck = leaseCheck;
    this.partition = new TopicPartition(Topics.BATCHES, slot);
    this.clock = clock;
    this.ticker = ticker;
    this.deletedAtNanos = ticker.nanos();
    this.readTo = standAtEnd(clients, partition);
    this.thread = Thread.ofPlatform().name("mailbox-" + slot).daemon(true).start(this::run);
  }

  private static long standAtEnd(BatchClients clients, TopicPartition partition) {
    try {
      clients.consumer().assign(List.of(partition));
      clients.consumer().seekToEnd(List.of(partition));
      return clients.consumer().position(partition);
    } catch (RuntimeException failure) {
      clients.close(CLOSING);
      throw failure;
    }
  }

  private record Served(Stream stream, BatchStream reader) {}

  /// Starts asking for the batches of `spec`.
  ///
  /// @param guard called by who waits for a batch; throws where waiting makes no sense any more
  public BatchStream open(Asker asker, StreamSpec spec, Limits limits, Runnable guard) {
    var reader = new BatchStream(this, spec, guard);
    var stream = new Stream(asker, spec, limits, ticker, reader::deliver);
    command(() -> served.add(new Served(stream, reader)));
    return reader;
  }

  /// Bytes of batches asked for or assembled, and not yet taken by the training thread.
  public long outstandingBytes() {
    return outstandingBytes;
  }

  /// Whether it still reads.
  public boolean isAlive() {
    return broken == null && !closed;
  }

  /// Throws what made the mailbox give up, if anything did.
  void checkAlive() {
    switch (broken) {
      case RuntimeException failure -> throw failure;
      case Error fatal -> throw fatal;
      case null, default -> {}
    }
  }

  private void command(Runnable command) {
    commands.add(command);
    clients.consumer().wakeup();
  }

  /// The training thread has taken a batch of the stream.
  void used(String stream) {
    command(
        () ->
            served.stream()
                .filter(one -> one.stream().spec().name().equals(stream))
                .forEach(one -> one.stream().used()));
  }

  void close(String stream) {
    command(() -> served.removeIf(one -> one.stream().spec().name().equals(stream)));
  }

  private void run() {
    try {
      while (!closed) {
        leaseCheck.run();
        runCommands();
        List.copyOf(served).forEach(this::ask);
        outstandingBytes = served.stream().mapToLong(one -> one.stream().outstandingBytes()).sum();
        read();
        deleteWhatIsRead();
      }
    } catch (RuntimeException | Error failure) {
      log.warn("mailbox {} is given up: {}", slot, failure.toString());
      broken = failure;
    } finally {
      outstandingBytes = 0;
      clients.close(CLOSING);
    }
  }

  private void runCommands() {
    for (var command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
  }

  private void ask(Served one) {
    try {
      for (var ask : one.stream().due()) {
        long expiry = clock.millis() + ask.deadline().toMillis();
        send(
            one.stream()
                .spec()
                .request(one.stream().asker(), slot, ask.index(), ask.attempt(), expiry));
      }
    } catch (BatchFailure failure) {
      fail(one, failure);
    }
  }

  private void send(BatchRequest request) {
    clients
        .producer()
        .send(
            new ProducerRecord<>(Topics.BATCH_REQUESTS, request.toByteArray()),
            (sent, failure) -> {
              if (failure != null) {
                // Its deadline brings the next attempt.
                log.warn(
                    "request for batch {} of run {} was not sent: {}",
                    request.getIndex(),
                    request.getRunId(),
                    failure.getMessage());
              }
            });
  }

  private void fail(Served one, BatchFailure failure) {
    served.remove(one);
    one.reader().fail(failure);
  }

  private void read() {
    try {
      for (var record : clients.consumer().poll(POLL)) {
        readTo = record.offset() + 1;
        accept(record);
      }
    } catch (WakeupException woken) {
      log.trace("woken for a command");
    }
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    Batch part;
    try {
      part = Batch.parseFrom(record.value());
    } catch (InvalidProtocolBufferException unreadable) {
      bury(record, unreadable);
      return;
    }
    for (var one : List.copyOf(served)) {
      if (one.stream().isFor(part)) {
        try {
          one.stream().accept(part);
        } catch (BatchFailure failure) {
          fail(one, failure);
        }
      }
    }
  }

  private void bury(ConsumerRecord<byte[], byte[]> record, InvalidProtocolBufferException why) {
    log.warn("record {} of {} is no Batch: {}", record.offset(), partition, why.getMessage());
    var dead =
        new ProducerRecord<byte[], byte[]>(Topics.BATCHES + Topics.DEAD_LETTERS, record.value());
    dead.headers().add("reason", String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8));
    clients.producer().send(dead);
  }

  /// Everything read is in memory or dropped: a worker that dies asks anew, so the broker need not
  /// keep it.
  private void deleteWhatIsRead() {
    if (readTo == deletedTo || ticker.nanos() - deletedAtNanos < DELETE_EVERY_NANOS) {
      return;
    }
    deletedAtNanos = ticker.nanos();
    deletedTo = readTo;
    clients
        .admin()
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(readTo)))
        .all()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.warn("{} was not cleared: {}", partition, failure.getMessage());
              }
            });
  }

  @Override
  public void close() {
    closed = true;
    clients.consumer().wakeup();
    try {
      thread.join(CLOSING.plusSeconds(5).toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
