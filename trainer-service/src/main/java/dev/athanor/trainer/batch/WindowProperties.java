package dev.athanor.trainer.batch;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How far a worker asks ahead, and how long it waits.
///
/// @param bytes of batches asked for and not yet trained on; two batches are always allowed
/// @param batches likewise, counted
/// @param deadline for the first attempt at a batch; doubles with each further one
/// @param attempts how often a batch is asked for
@ConfigurationProperties("athanor.trainer.window")
public record WindowProperties(DataSize bytes, int batches, Duration deadline, int attempts) {

  public Limits limits() {
    return new Limits(bytes.toBytes(), batches, deadline, attempts);
  }
}
