package dev.athanor.embedding.batching;

import dev.athanor.embedding.catalogue.Card;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// How inputs become batches.
///
/// @param queue places for inputs of calls under way; one alone may hold half of them
/// @param maxWait how long the inputs of one caller alone may have to wait for the forward passes
///   of those before them, where two full ones of their model do not take longer; calls beyond that
///   are refused
/// @param parallel forward passes at a time; 0 is one a processor
/// @param maxBatch images of one forward pass
/// @param maxTokens tokens of the texts of one forward pass, with their padding
/// @param maxDelay how long an input waits for company
/// @param models by a model's name, what differs for it
@ConfigurationProperties("athanor.batching")
public record BatchingProperties(
    int queue,
    Duration maxWait,
    int parallel,
    int maxBatch,
    int maxTokens,
    Duration maxDelay,
    @Nullable Map<String, Own> models) {

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /// What one model has of its own.
  public record Own(
      @Nullable Integer maxBatch, @Nullable Integer maxTokens, @Nullable Duration maxDelay) {}

  public BatchingProperties {
    if (queue < 1 || parallel < 0) {
      throw new IllegalArgumentException(
          "athanor.batching.queue, parallel: %d, %d (expected: >= 1, >= 0)"
              .formatted(queue, parallel));
    }
    if (maxWait.isNegative() || maxWait.isZero() || maxWait.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "athanor.batching.max-wait: %s (expected: > 0, at most %s)"
              .formatted(maxWait, LONGEST_WAIT));
    }
    check("athanor.batching", maxBatch, maxTokens, maxDelay);
    models = models == null ? Map.of() : Map.copyOf(models);
    for (var model : models.entrySet()) {
      var own = model.getValue();
      check(
          "athanor.batching.models.[%s]".formatted(model.getKey()),
          Objects.requireNonNullElse(own.maxBatch(), maxBatch),
          Objects.requireNonNullElse(own.maxTokens(), maxTokens),
          Objects.requireNonNullElse(own.maxDelay(), maxDelay));
    }
  }

  /// What no batch could have fails here, at the start.
  private static void check(String where, int maxBatch, int maxTokens, Duration maxDelay) {
    try {
      new BatchLimits(maxBatch, maxDelay);
      new BatchLimits(maxTokens, maxDelay);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(where + ": " + wrong.getMessage(), wrong);
    }
  }

  /// @param model its name
  /// @param input what it reads
  public BatchLimits limits(String model, Card.Input input) {
    var own = models == null ? null : models.get(model);
    var found = own == null ? new Own(null, null, null) : own;
    int most =
        switch (input) {
          case Card.Pixels _ -> Objects.requireNonNullElse(found.maxBatch(), maxBatch);
          case Card.Tokens _ -> Objects.requireNonNullElse(found.maxTokens(), maxTokens);
        };
    return new BatchLimits(most, Objects.requireNonNullElse(found.maxDelay(), maxDelay));
  }

  /// Nanoseconds of forward passes, as [Costs] counts them, that all callers together may wait for:
  /// one alone gets half.
  long waitNanos() {
    return 2 * workers() * maxWait.toNanos();
  }

  int workers() {
    return parallel == 0 ? Runtime.getRuntime().availableProcessors() : parallel;
  }
}
