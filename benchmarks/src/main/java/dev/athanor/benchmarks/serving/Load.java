package dev.athanor.benchmarks.serving;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// What a load found. Latencies in nanoseconds, to three significant digits.
final class Load {
  private static final long LONGEST = Duration.ofMinutes(2).toNanos();

  private final Histogram vectors = new ConcurrentHistogram(LONGEST, 3);
  private final Histogram refusals = new ConcurrentHistogram(LONGEST, 3);
  private final AtomicLong failed = new AtomicLong();
  private final double seconds;

  Load(Duration length) {
    this.seconds = length.toNanos() / 1e9;
  }

  void record(Outcome outcome, long nanos) {
    switch (outcome) {
      case OK -> vectors.recordValue(Math.clamp(nanos, 0, LONGEST));
      case REFUSED -> refusals.recordValue(Math.clamp(nanos, 0, LONGEST));
      case FAILED -> failed.incrementAndGet();
    }
  }

  double vectorsPerSecond() {
    return vectors.getTotalCount() / seconds;
  }

  long vectors() {
    return vectors.getTotalCount();
  }

  long refused() {
    return refusals.getTotalCount();
  }

  long failed() {
    return failed.get();
  }

  /// Milliseconds within which so many per cent of the vectors came.
  double millis(double percentile) {
    return vectors.getValueAtPercentile(percentile) / 1e6;
  }

  double refusalMillis(double percentile) {
    return refusals.getValueAtPercentile(percentile) / 1e6;
  }
}
