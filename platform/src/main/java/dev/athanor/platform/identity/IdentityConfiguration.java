package dev.athanor.platform.identity;

import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/// The real clock and real identifiers; a test that needs others declares its own beans.
@AutoConfiguration
public class IdentityConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  @ConditionalOnMissingBean
  IdSource idSource(Clock clock) {
    return new TimeOrderedIds(clock, new SecureRandom());
  }
}
