package dev.athanor.augmentation.stream;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.platform.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/// Sends batches to the workers that asked. Safe for many threads.
final class Mailboxes implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;

  Mailboxes(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  int count() {
    return producer.partitionsFor(Topics.BATCHES).size();
  }

  /// Returns when the broker has acknowledged every part.
  void send(int mailbox, List<Batch> parts) throws InterruptedException {
    var sent = new ArrayList<Future<?>>(parts.size());
    for (var part : parts) {
      sent.add(
          producer.send(new ProducerRecord<>(Topics.BATCHES, mailbox, null, part.toByteArray())));
    }
    for (var acknowledged : sent) {
      await(acknowledged);
    }
  }

  /// Puts a record aside that nobody can answer, with the reason in its headers.
  void putAside(ConsumerRecord<byte[], byte[]> unusable, String reason)
      throws InterruptedException {
    var aside =
        new ProducerRecord<>(
            unusable.topic() + Topics.DEAD_LETTERS, unusable.key(), unusable.value());
    header(aside, "reason", reason);
    header(aside, "topic", unusable.topic());
    header(aside, "partition", Integer.toString(unusable.partition()));
    header(aside, "offset", Long.toString(unusable.offset()));
    await(producer.send(aside));
  }

  @Override
  public void close() {
    producer.close();
  }

  private static void header(ProducerRecord<byte[], byte[]> to, String name, String value) {
    to.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static void await(Future<?> acknowledged) throws InterruptedException {
    try {
      acknowledged.get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException(failure.getCause());
    }
  }
}
