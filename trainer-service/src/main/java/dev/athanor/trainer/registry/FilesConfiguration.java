package dev.athanor.trainer.registry;

import dev.athanor.learning.card.ModelFiles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FilesConfiguration {
  /// How a version's files are written.
  @Bean
  ModelFiles modelFiles() {
    return new ModelFiles();
  }
}
