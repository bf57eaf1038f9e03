package dev.athanor.platform.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the topics are created with.
///
/// @param bootstrapServers host:port, comma-separated
/// @param mailboxes partitions of `athanor.batches`: how many workers can train at once; added
///   where the topic has fewer
/// @param replication replicas of each topic that is made; -1 is what the brokers are set to
@ConfigurationProperties("athanor.kafka")
public record KafkaSettings(
    String bootstrapServers,
    @DefaultValue("16") int mailboxes,
    @DefaultValue("-1") short replication) {

  public KafkaSettings {
    if (mailboxes < 1) {
      throw new IllegalArgumentException(
          "athanor.kafka.mailboxes: %d (expected: >= 1)".formatted(mailboxes));
    }
    if (replication < 1 && replication != -1) {
      throw new IllegalArgumentException(
          "athanor.kafka.replication: %d (expected: >= 1, or -1)".formatted(replication));
    }
  }
}
