package dev.athanor.platform.kafka;

import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;

/// Creates the topics of docs/architecture.md, in a service that sets
/// `athanor.kafka.bootstrap-servers`. A topic that is there gets the partitions that it lacks; its
/// replicas and settings stay.
@AutoConfiguration
@ConditionalOnProperty("athanor.kafka.bootstrap-servers")
@EnableConfigurationProperties(KafkaSettings.class)
public class KafkaConfiguration {
  /// A batch part is at most 4 MiB; this leaves room for its header. A model's state may have as
  /// much.
  public static final int LARGEST_RECORD_BYTES = 5 << 20;

  private static final long HOUR_MS = 3_600_000;
  private static final String SMALL_SEGMENT_BYTES = Integer.toString(32 << 20);

  @Bean
  KafkaAdmin kafkaAdmin(KafkaSettings settings) {
    var admin = new KafkaAdmin(Map.of("bootstrap.servers", settings.bootstrapServers()));
    admin.setFatalIfBrokerNotAvailable(true);
    return admin;
  }

  @Bean
  KafkaAdmin.NewTopics topics(KafkaSettings settings) {
    return new KafkaAdmin.NewTopics(
        // One partition: a share group lets every augmenter take from it, and a dead one holds up
        // nobody.
        topic(settings, Topics.BATCH_REQUESTS, 1, HOUR_MS).build(),
        topic(settings, Topics.BATCH_REQUESTS + Topics.DEAD_LETTERS, 1, 7 * 24 * HOUR_MS).build(),
        topic(settings, Topics.BATCHES, settings.mailboxes(), HOUR_MS)
            .config(TopicConfig.SEGMENT_BYTES_CONFIG, SMALL_SEGMENT_BYTES)
            .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD_BYTES))
            .build(),
        topic(settings, Topics.BATCHES + Topics.DEAD_LETTERS, 1, 7 * 24 * HOUR_MS)
            .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD_BYTES))
            .build(),
        topic(settings, Topics.RUN_EVENTS, 4, 7 * 24 * HOUR_MS).build(),
        TopicBuilder.name(Topics.MODELS)
            .partitions(1)
            .replicas(settings.replication())
            .compact()
            .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD_BYTES))
            .build());
  }

  private static TopicBuilder topic(
      KafkaSettings settings, String name, int partitions, long retentionMs) {
    return TopicBuilder.name(name)
        .partitions(partitions)
        .replicas(settings.replication())
        .config(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retentionMs));
  }
}
