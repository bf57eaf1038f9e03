package dev.athanor.trainer.outbox;

import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.KafkaSettings;
import dev.athanor.trainer.role.ApiRole;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/// Sends what is in the outbox and deletes it once the broker has acknowledged it: at least once,
/// in order. One instance at a time does, by an advisory lock. A record that is too large to be
/// sent will be so for ever: its row is set aside with the reason, and those behind it go on.
@Component
@ApiRole
class OutboxPublisher {
  private static final Logger log = LoggerFactory.getLogger(OutboxPublisher.class);
  private static final long LOCK = 0x6f7574626f78L;
  private static final int AT_ONCE = 200;
  private static final long ACKNOWLEDGED_WITHIN_SECONDS = 35;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final KafkaProducer<String, byte[]> producer;

  OutboxPublisher(JdbcClient jdbc, TransactionTemplate transaction, KafkaSettings kafka) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.producer =
        new KafkaProducer<>(
            KafkaClients.producer(kafka.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  private record Entry(long id, String topic, String key, byte[] value) {}

  @Scheduled(fixedDelayString = "${athanor.trainer.outbox.every}")
  void publish() {
    try {
      while (Boolean.TRUE.equals(transaction.execute(status -> publishSome()))) {
        log.trace("the outbox holds more");
      }
    } catch (DataAccessException | TransactionException | KafkaException failure) {
      log.warn("the outbox waits: {}", failure.getMessage());
    }
  }

  /// True where there may be more.
  private boolean publishSome() {
    if (!jdbc.sql("select pg_try_advisory_xact_lock(:lock)")
        .param("lock", LOCK)
        .query(Boolean.class)
        .single()) {
      return false;
    }
    var entries =
        jdbc.sql(
                "select id, topic, key, value from outbox where failure is null order by id limit"
                    + " :n")
            .param("n", AT_ONCE)
            .query(new SimplePropertyRowMapper<>(Entry.class))
            .list();
    if (entries.isEmpty()) {
      return false;
    }
    send(entries);
    jdbc.sql("delete from outbox where id in (:ids) and failure is null")
        .param("ids", entries.stream().map(Entry::id).toList())
        .update();
    return entries.size() == AT_ONCE;
  }

  private void send(List<Entry> entries) {
    var sent =
        entries.stream()
            .map(
                entry ->
                    producer.send(new ProducerRecord<>(entry.topic(), entry.key(), entry.value())))
            .toList();
    for (int i = 0; i < sent.size(); i++) {
      await(entries.get(i), sent.get(i));
    }
  }

  private void await(Entry entry, Future<RecordMetadata> sent) {
    try {
      sent.get(ACKNOWLEDGED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      if (!(failure.getCause() instanceof RecordTooLargeException tooLarge)) {
        throw new KafkaException("not acknowledged: " + failure.getMessage(), failure);
      }
      setAside(entry, tooLarge);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while sending", interrupted);
    }
  }

  /// Without its bytes: nobody can send them.
  private void setAside(Entry entry, RecordTooLargeException tooLarge) {
    log.error(
        "{}, key {}: a record of {} bytes is set aside: {}",
        entry.topic(),
        entry.key(),
        entry.value().length,
        tooLarge.getMessage());
    jdbc.sql("update outbox set failure = :failure, value = '' where id = :id")
        .param("failure", tooLarge.getMessage())
        .param("id", entry.id())
        .update();
  }

  @PreDestroy
  void close() {
    producer.close();
  }
}
