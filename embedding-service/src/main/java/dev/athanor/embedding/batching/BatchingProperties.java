package dev.athanor.embedding.batching;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// How inputs become batches.
///
/// @param queue places for inputs of calls under way; one alone may hold half of them
/// @param parallel forward passes at a time; 0 is one a processor
/// @param maxBatch inputs of one forward pass
/// @param maxDelay how long an input waits for company
/// @param models by a model's name, what differs for it
@ConfigurationProperties("athanor.batching")
public record BatchingProperties(
    int queue, int parallel, int maxBatch, Duration maxDelay, @Nullable Map<String, Own> models) {

  /// What one model has of its own.
  public record Own(@Nullable Integer maxBatch, @Nullable Duration maxDelay) {}

  public BatchingProperties {
    if (queue < 1 || parallel < 0) {
      throw new IllegalArgumentException(
          "athanor.batching.queue, parallel: %d, %d (expected: >= 1, >= 0)"
              .formatted(queue, parallel));
    }
    models = models == null ? Map.of() : Map.copyOf(models);
  }

  /// @param model its name
  public BatchLimits limits(String model) {
    var own = models == null ? null : models.get(model);
    if (own == null) {
      return new BatchLimits(maxBatch, maxDelay);
    }
    return new BatchLimits(
        own.maxBatch() == null ? maxBatch : own.maxBatch(),
        own.maxDelay() == null ? maxDelay : own.maxDelay());
  }

  int workers() {
    return parallel == 0 ? Runtime.getRuntime().availableProcessors() : parallel;
  }
}
