package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.store.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncoderProperties.class)
class EncoderConfiguration {
  private static final Duration RETRY = Duration.ofSeconds(30);

  @Bean
  PassClock passClock(EncoderProperties properties) {
    return PassClock.of(properties);
  }

  @Bean
  EncoderShelf encoderShelf(
      ObjectStore store,
      EncoderProperties properties,
      Catalogue catalogue,
      Clock clock,
      PassClock passes,
      ServingMetrics metrics) {
    var device = Devices.open(properties.device());
    var files = new EncoderFiles(store, properties.folder(), clock);
    var shelf = new EncoderShelf(files, properties, device, passes, metrics);
    catalogue.onChange(shelf::retain);
    catalogue.onChange(files::retain);
    return shelf;
  }

  @Bean
  Switchover switchover(Catalogue catalogue, EncoderShelf shelf) {
    var switchover = new Switchover(catalogue, shelf, RETRY);
    catalogue.onChange(_ -> switchover.prepare());
    return switchover;
  }
}
