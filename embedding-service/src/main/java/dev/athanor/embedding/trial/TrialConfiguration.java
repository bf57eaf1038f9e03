package dev.athanor.embedding.trial;

import dev.athanor.embedding.batching.BatchingProperties;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.leftover.Leftovers;
import dev.athanor.platform.store.ObjectStore;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrialProperties.class)
class TrialConfiguration {
  @Bean
  TrialWorker trialWorker(
      Catalogue catalogue,
      ObjectStore store,
      Clock clock,
      TrialProperties properties,
      BatchingProperties batching) {
    Leftovers.clear(Trial.ROOT, name -> name.startsWith(Trial.FOLDER), clock.instant());
    return new TrialWorker(
        catalogue,
        new TrialDesk(properties),
        new Trial(store, new TrialProcess(properties), batching),
        properties.poll());
  }
}
