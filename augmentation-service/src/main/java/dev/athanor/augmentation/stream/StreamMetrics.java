package dev.athanor.augmentation.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// What the stream does, in numbers.
final class StreamMetrics {
  private final Timer made;
  private final Counter views;
  private final Counter bytes;
  private final Counter failed;
  private final Counter skipped;
  private final Counter putAside;

  StreamMetrics(MeterRegistry meters) {
    this.made =
        Timer.builder("athanor.batches.made")
            .description("Batches made and acknowledged by the broker")
            .publishPercentileHistogram()
            .register(meters);
    this.views = counter(meters, "athanor.views.made", "Views in those batches");
    this.bytes = counter(meters, "athanor.batches.bytes", "Payload bytes of those batches");
    this.failed = counter(meters, "athanor.batches.failed", "Requests answered with a failure");
    this.skipped =
        counter(meters, "athanor.requests.skipped", "Requests expired or of a lost lease");
    this.putAside = counter(meters, "athanor.requests.aside", "Requests that nobody can answer");
  }

  void made(MadeBatch batch, long nanos) {
    made.record(nanos, TimeUnit.NANOSECONDS);
    views.increment((double) batch.views() * batch.samples());
    bytes.increment(batch.payload().length);
  }

  void failed() {
    failed.increment();
  }

  void skipped() {
    skipped.increment();
  }

  void putAside() {
    putAside.increment();
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }
}
