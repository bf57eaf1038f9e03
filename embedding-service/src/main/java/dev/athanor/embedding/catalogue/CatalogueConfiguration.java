package dev.athanor.embedding.catalogue;

import dev.athanor.platform.kafka.KafkaClients;
import dev.athanor.platform.kafka.KafkaSettings;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CatalogueConfiguration {
  @Bean
  Catalogue catalogue() {
    return new Catalogue();
  }

  @Bean
  CatalogueFollower catalogueFollower(KafkaSettings settings, Catalogue catalogue) {
    return new CatalogueFollower(
        () ->
            new KafkaConsumer<>(
                KafkaClients.consumer(settings.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()),
        catalogue);
  }

  /// Part of readiness: an instance that does not know the models yet would answer 404 for them.
  @Bean
  HealthIndicator catalogueHealthIndicator(Catalogue catalogue) {
    return () ->
        catalogue.complete()
            ? Health.up().withDetail("models", catalogue.models().size()).build()
            : Health.outOfService().withDetail("reason", "the topic is still being read").build();
  }
}
