package dev.athanor.trainer.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Answers batch requests over the real broker, as well or as badly as a test wants.
public final class Augmenter implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> requests;
  private final KafkaProducer<byte[], byte[]> answers;
  private final Manner manner;
  private final List<BatchRequest> seen = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /// How to answer: the records to send for a request, in order. Called on one thread.
  public interface Manner {
    List<Batch> answer(BatchRequest request);
  }

  public Augmenter(String bootstrapServers, Manner manner) {
    this.manner = manner;
    requests =
        new KafkaConsumer<>(
            KafkaClients.consumer(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    answers =
        new KafkaProducer<>(
            KafkaClients.producer(bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var partition = new TopicPartition(Topics.BATCH_REQUESTS, 0);
    requests.assign(List.of(partition));
    requests.seekToEnd(List.of(partition));
    requests.position(partition);
    thread = Thread.ofPlatform().name("augmenter").start(this::run);
  }

  /// The requests that came, in order.
  public List<BatchRequest> seen() {
    return seen;
  }

  private void run() {
    try {
      while (!closed) {
        for (var record : requests.poll(Duration.ofMillis(50))) {
          var request = BatchRequest.parseFrom(record.value());
          seen.add(request);
          manner.answer(request).forEach(batch -> send(request.getMailbox(), batch));
        }
      }
    } catch (InvalidProtocolBufferException unreadable) {
      failure = new IllegalStateException(unreadable);
    } catch (RuntimeException bug) {
      failure = bug;
    } finally {
      requests.close();
      answers.close();
    }
  }

  private void send(int mailbox, Batch batch) {
    answers.send(new ProducerRecord<>(Topics.BATCHES, mailbox, null, batch.toByteArray()));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    if (failure != null) {
      throw failure;
    }
  }
}
