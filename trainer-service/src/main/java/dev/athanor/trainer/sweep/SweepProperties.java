package dev.athanor.trainer.sweep;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param runs the most that one sweep may have
@ConfigurationProperties("athanor.trainer.sweep")
record SweepProperties(@DefaultValue("256") int runs) {
  SweepProperties {
    if (runs < 1) {
      throw new IllegalArgumentException("runs: %d (expected: >= 1)".formatted(runs));
    }
  }
}
