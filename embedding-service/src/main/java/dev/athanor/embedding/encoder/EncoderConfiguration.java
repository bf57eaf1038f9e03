package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.platform.store.ObjectStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncoderProperties.class)
class EncoderConfiguration {
  @Bean
  EncoderShelf encoderShelf(ObjectStore store, EncoderProperties properties, Catalogue catalogue) {
    var shelf = new EncoderShelf(new EncoderFiles(store, properties.folder()), properties);
    catalogue.onChange(shelf::retain);
    return shelf;
  }
}
