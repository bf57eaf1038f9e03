package dev.athanor.embedding.trial;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.platform.store.ObjectStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrialProperties.class)
class TrialConfiguration {
  @Bean
  TrialWorker trialWorker(Catalogue catalogue, ObjectStore store, TrialProperties properties) {
    return new TrialWorker(
        catalogue,
        new TrialDesk(properties),
        new Trial(store, new TrialProcess(properties)),
        properties.poll());
  }
}
