package dev.athanor.embedding.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/// Every meter of serving, as histograms that Prometheus reads. Labels are drawn from closed sets:
/// versions of published models (`name@3`), protocols, outcomes; never from what a caller sent.
@Component
public final class ServingMetrics {
  /// What the names of all meters begin with.
  static final String PREFIX = "athanor.embedding.";

  /// The label that names a version.
  static final String MODEL = "model";

  private static final String PROTOCOL = "protocol";

  private final MeterRegistry registry;
  private final MeterProvider<Timer> requests;
  private final MeterProvider<Timer> queue;
  private final MeterProvider<Timer> inference;
  private final MeterProvider<Timer> serialisation;
  private final MeterProvider<Timer> loads;
  private final MeterProvider<DistributionSummary> batches;
  private final MeterProvider<DistributionSummary> padding;
  private final MeterProvider<Counter> tokens;
  private final MeterProvider<Counter> rejected;
  private final MeterProvider<Counter> dropped;

  public ServingMetrics(MeterRegistry registry) {
    this.registry = registry;
    requests = timer("request", "From the call's admission to its vectors or its failure");
    queue = timer("queue", "An input's wait, prepared, for a batch");
    inference = timer("inference", "An input's forward pass, which it shares with its batch");
    serialisation = timer("serialisation", "Writing the answer");
    loads = timer("model.load", "Fetching, loading and checking an encoder");
    batches =
        DistributionSummary.builder("athanor.embedding.batch.size")
            .description("Inputs of one forward pass; its count is the number of forward passes")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .withRegistry(registry);
    padding =
        DistributionSummary.builder("athanor.embedding.padding")
            .description("The share of a forward pass's tokens that is padding")
            .serviceLevelObjectives(0.05, 0.1, 0.2, 0.3, 0.5, 0.75)
            .withRegistry(registry);
    tokens =
        Counter.builder("athanor.embedding.tokens")
            .description("Tokens of texts that were embedded, without padding")
            .withRegistry(registry);
    rejected =
        Counter.builder("athanor.embedding.rejected")
            .description("Calls that were told to come back later, because something was full")
            .withRegistry(registry);
    dropped =
        Counter.builder("athanor.embedding.dropped")
            .description("Inputs that were never inferred, because nobody waited for them")
            .withRegistry(registry);
  }

  /// @param outcome `ok`, `gone` where the caller was, or the kind of the problem in lower case
  public void request(String model, String protocol, String outcome, long nanos) {
    record(requests.withTags(MODEL, model, PROTOCOL, protocol, "outcome", outcome), nanos);
  }

  public void queued(String model, String protocol, long nanos) {
    record(queue.withTags(MODEL, model, PROTOCOL, protocol), nanos);
  }

  public void inferred(String model, String protocol, long nanos) {
    record(inference.withTags(MODEL, model, PROTOCOL, protocol), nanos);
  }

  public void batch(String model, int size) {
    batches.withTags(MODEL, model).record(size);
  }

  /// @param count of one forward pass, without padding
  /// @param share of it that is padding, from 0 to 1
  public void tokens(String model, int count, double share) {
    tokens.withTags(MODEL, model).increment(count);
    padding.withTags(MODEL, model).record(share);
  }

  /// Writes an answer, and says how long that took.
  public <T> T serialising(String model, String protocol, Supplier<T> writing) {
    long from = System.nanoTime();
    try {
      return writing.get();
    } finally {
      record(serialisation.withTags(MODEL, model, PROTOCOL, protocol), System.nanoTime() - from);
    }
  }

  /// @param outcome `ok` or `failed`
  public void loaded(String model, String outcome, long nanos) {
    record(loads.withTags(MODEL, model, "outcome", outcome), nanos);
  }

  public void rejected(String protocol, String urgency) {
    rejected.withTags(PROTOCOL, protocol, "class", urgency).increment();
  }

  /// @param reason `caller` (it has gone), `deadline` (it passed), `failed` (the call already had)
  public void dropped(String model, String reason) {
    dropped.withTags(MODEL, model, "reason", reason).increment();
  }

  /// @param length read whenever the meter is
  public void queueLength(String urgency, Supplier<Number> length) {
    Gauge.builder("athanor.embedding.queue.length", length)
        .description("Prepared inputs that wait for a batch")
        .tag("class", urgency)
        .register(registry);
  }

  private MeterProvider<Timer> timer(String name, String description) {
    return Timer.builder("athanor.embedding." + name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofNanos(100_000))
        .maximumExpectedValue(Duration.ofSeconds(60))
        .withRegistry(registry);
  }

  private static void record(Timer timer, long nanos) {
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }
}
