package dev.athanor.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// An augmenter for whom making a batch costs nothing: it keeps the first batches that pass through
/// a mailbox and answers the runs named `replay` with them, over and over. A process of its own, as
/// augmenters are.
public final class ReplayingAugmenter {
  static final String RUN = "replay";

  private static final int KEPT = 8;

  private final Map<Long, Map<Integer, Batch>> kept = new HashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;

  private ReplayingAugmenter(String bootstrapServers, int mailbox) {
    consumer =
        new KafkaConsumer<>(
            KafkaClients.consumer(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            KafkaClients.producer(bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var requests = new TopicPartition(Topics.BATCH_REQUESTS, 0);
    var batches = new TopicPartition(Topics.BATCHES, mailbox);
    consumer.assign(List.of(requests, batches));
    consumer.seekToEnd(List.of(requests, batches));
    consumer.position(requests);
    consumer.position(batches);
  }

  /// Arguments: bootstrap servers, mailbox. Ends with its standard input.
  public static void main(String[] args) throws IOException {
    var augmenter = new ReplayingAugmenter(args[0], Integer.parseInt(args[1]));
    System.out.println("ready");
    while (System.in.available() == 0) {
      augmenter.work();
    }
  }

  private void work() throws InvalidProtocolBufferException {
    for (var record : consumer.poll(Duration.ofMillis(50))) {
      if (record.topic().equals(Topics.BATCHES)) {
        keep(Batch.parseFrom(record.value()));
      } else {
        answer(BatchRequest.parseFrom(record.value()));
      }
    }
    if (isComplete()) {
      consumer.assign(List.of(new TopicPartition(Topics.BATCH_REQUESTS, 0)));
    }
  }

  private void keep(Batch part) {
    if (part.getIndex() < KEPT && part.hasPixels()) {
      kept.computeIfAbsent(part.getIndex(), _ -> new HashMap<>()).put(part.getPart(), part);
    }
  }

  private boolean isComplete() {
    return kept.size() == KEPT
        && kept.values().stream()
            .allMatch(parts -> parts.size() == parts.values().iterator().next().getParts());
  }

  private void answer(BatchRequest request) {
    if (!request.getRunId().equals(RUN)) {
      return;
    }
    for (var part : kept.getOrDefault(request.getIndex() % KEPT, Map.of()).values()) {
      var answer =
          part.toBuilder()
              .setRunId(RUN)
              .setFence(request.getFence())
              .setAttempt(request.getAttempt())
              .setIndex(request.getIndex())
              .setStream(request.getStream())
              .build();
      producer.send(
          new ProducerRecord<>(Topics.BATCHES, request.getMailbox(), null, answer.toByteArray()));
    }
  }
}
