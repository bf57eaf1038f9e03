package dev.athanor.trainer.batch;

import dev.athanor.platform.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The Kafka clients of one mailbox, opened and closed together.
public record BatchClients(
    KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer, Admin admin) {

  public static BatchClients open(String bootstrapServers) {
    return new BatchClients(
        new KafkaConsumer<>(
            KafkaClients.consumer(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer()),
        new KafkaProducer<>(
            KafkaClients.producer(bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer()),
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers)));
  }

  void close(Duration within) {
    consumer.close(CloseOptions.timeout(within));
    producer.close(within);
    admin.close(within);
  }
}
