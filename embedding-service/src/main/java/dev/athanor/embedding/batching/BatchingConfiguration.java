package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.PassClock;
import dev.athanor.embedding.metrics.ServingMetrics;
import java.util.concurrent.Executors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BatchingProperties.class)
class BatchingConfiguration {
  @Bean
  Batcher batcher(
      BatchingProperties properties,
      PassClock passes,
      ServingMetrics metrics,
      Room room,
      Costs costs) {
    var workers =
        Executors.newFixedThreadPool(
            properties.workers(), Thread.ofPlatform().name("forward-", 1).daemon().factory());
    return new Batcher(
            workers, properties.workers(), System::nanoTime, passes, metrics, room, costs)
        .start();
  }

  @Bean
  Costs costs(BatchingProperties properties) {
    return new Costs(properties.maxWait());
  }

  @Bean
  Places places(BatchingProperties properties) {
    return new Places(properties.queue(), properties.waitNanos());
  }

  @Bean
  Room room(BatchingProperties properties) {
    return new Room(Room.bytes(Runtime.getRuntime().maxMemory()), properties.queue());
  }
}
