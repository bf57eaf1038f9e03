package dev.athanor.augmentation.stream;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.token.TokenIndexes;
import dev.athanor.augmentation.view.Views;
import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.KafkaSettings;
import dev.athanor.preprocessing.ImageDecoder;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the batch stream to Kafka.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamProperties.class)
class StreamConfiguration {
  /// Which samples make a batch is code as well: a change of the order is another build.
  private static final String ORDER = "order-1";

  @Bean
  Mailboxes mailboxes(KafkaSettings kafka) {
    return new Mailboxes(
        new KafkaProducer<>(
            KafkaClients.producer(kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer()));
  }

  @Bean
  RequestHandler requestHandler(
      Catalogue catalogue,
      SampleReader reader,
      TokenIndexes indexes,
      Mailboxes mailboxes,
      MeterRegistry meters,
      StreamProperties properties,
      Clock clock) {
    return new RequestHandler(
        catalogue,
        new BatchMaker(reader, indexes, new ImageDecoder(), properties.maxBatchSize().toBytes()),
        mailboxes,
        new BytesInFlight(properties.inFlightSize().toBytes()),
        new StreamMetrics(meters),
        clock,
        Views.build() + "-" + ORDER,
        properties.deliveries());
  }

  @Bean
  Makers makers(RequestHandler handler, KafkaSettings kafka, StreamProperties properties) {
    return new Makers(
        properties.threads(), () -> consumer(kafka, properties), handler, Duration.ofSeconds(20));
  }

  @Bean
  WorkQueue workQueue(KafkaSettings kafka, StreamProperties properties) {
    return new WorkQueue(kafka.bootstrapServers(), properties);
  }

  /// One request at a time, acknowledged by hand.
  private static KafkaShareConsumer<byte[], byte[]> consumer(
      KafkaSettings kafka, StreamProperties properties) {
    var settings = new HashMap<String, Object>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, properties.group());
    settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    return new KafkaShareConsumer<>(
        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
