package dev.athanor.augmentation.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.testkit.Servers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/// What a worker does: asks for batches, and reads its mailbox from where it stood when it began.
final class Mailbox implements AutoCloseable {
  private final int partition;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Queue<Batch> read = new ArrayDeque<>();

  Mailbox(int partition) {
    this(partition, Servers.bootstrapServers());
  }

  Mailbox(int partition, String bootstrapServers) {
    this.partition = partition;
    producer =
        new KafkaProducer<>(
            KafkaClients.producer(bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            KafkaClients.consumer(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var mailbox = List.of(new TopicPartition(Topics.BATCHES, partition));
    consumer.assign(mailbox);
    consumer.seekToEnd(mailbox);
    consumer.position(mailbox.getFirst());
  }

  /// Sends a request that waits for an hour.
  void request(BatchRequest.Builder request) {
    request.setMailbox(partition).setExpiresAtMs(System.currentTimeMillis() + 3_600_000);
    send(request.build().toByteArray());
  }

  void send(byte[] request) {
    producer.send(new ProducerRecord<>(Topics.BATCH_REQUESTS, request));
    producer.flush();
  }

  /// The next part of a batch, or failure.
  Batch next() {
    Awaitility.await("a batch in mailbox " + partition)
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .until(this::poll);
    return read.remove();
  }

  private boolean poll() throws InvalidProtocolBufferException {
    for (var batch : consumer.poll(Duration.ofMillis(100))) {
      read.add(Batch.parseFrom(batch.value()));
    }
    return !read.isEmpty();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
