package dev.athanor.benchmarks.serving;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Three times as many questions as can be answered, for a minute: who is let in waits little
/// longer than where the service is just busy, who is not hears so at once, and nothing is left
/// behind.
final class Overload {
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final Duration CAPACITY = Duration.ofSeconds(15);
  private static final Duration CALM = Duration.ofSeconds(4);
  private static final Duration AFTER = Duration.ofSeconds(5);

  private Overload() {}

  static void measure(Bench bench) throws IOException, InterruptedException {
    try (var grpc = bench.grpc(bench.heavy());
        var raw = bench.raw(bench.heavy());
        var memory = new ProcessMemory(bench.platform().service().pid())) {
      measure(bench, "raw REST", raw, memory);
      measure(bench, "gRPC", grpc, memory);
    }
  }

  private static void measure(Bench bench, String name, Way way, ProcessMemory memory)
      throws IOException, InterruptedException {
    var report = bench.report();
    var full = Bench.checked(ClosedLoop.run(way, Bench.SATURATING, Bench.WARM_UP, CAPACITY));
    double capacity = full.vectorsPerSecond();
    var calmBefore = calm(way);
    var before = memory.sample();
    report.say(name + ", before the overload: " + before.written());
    report.state(name + ", capacity", capacity, "images/s");
    report.state(
        name + ", p99 at capacity (%d open questions)".formatted(Bench.SATURATING),
        full.millis(99),
        "ms");

    var resident = new ArrayList<Double>();
    Load load;
    try (var sampler = Executors.newSingleThreadScheduledExecutor()) {
      var sampling =
          sampler.scheduleAtFixedRate(
              () -> resident.add(ProcessMemory.Sample.mebi(memory.resident())),
              2,
              2,
              TimeUnit.SECONDS);
      load = OpenLoop.run(way, OpenLoop.evenly(3 * capacity), Duration.ZERO, LENGTH);
      sampling.cancel(false);
      try {
        sampling.get();
      } catch (CancellationException asMeant) {
        report.say("%s: resident MiB every 2 s %s".formatted(name, resident));
      } catch (ExecutionException failure) {
        throw new IOException(failure.getCause());
      }
    }
    Thread.sleep(AFTER);
    double queued = bench.queued();
    var calmAfter = calm(way);
    var after = memory.sample();
    report.say(name + ", after the overload: " + after.written());

    report.state(name + ", overload, vectors", load.vectorsPerSecond(), "images/s");
    report.state(
        name + ", overload, refused", load.refused() / (double) LENGTH.toSeconds(), "calls/s");
    report.atMost(name + ", overload, neither answered nor refused", load.failed(), "calls", 0);
    report.state(name + ", overload, p99 of answers", load.millis(99), "ms");
    report.atMost(
        name + ", overload, p99 of answers against that at capacity",
        load.millis(99) / full.millis(99),
        "times",
        2);
    report.atMost(name + ", overload, p99 of refusals", load.refusalMillis(99), "ms", 50);
    report.state(name + ", overload, longest refusal", load.refusalMillis(100), "ms");
    report.atMost(
        name + ", overload, resident memory, last third against second third",
        Medians.of(third(resident, 2)) / Medians.of(third(resident, 1)),
        "times",
        1.02);
    report.state(
        name + ", 5 s later, live heap beyond that before (the connections are still open)",
        ProcessMemory.Sample.mebi(after.liveHeap() - before.liveHeap()),
        "MiB");
    report.state(
        name + ", 5 s later, native memory beyond that before",
        ProcessMemory.Sample.mebi(after.nativeBytes() - before.nativeBytes()),
        "MiB");
    report.atMost(name + ", 5 s later, queue", queued, "images", 0);
    report.atMost(
        name + ", 5 s later, threads beyond those before",
        after.threads() - before.threads(),
        "",
        4);
    report.state(name + ", one call at a time before, p50", calmBefore.millis(50), "ms");
    report.atMost(
        name + ", one call at a time 5 s later, p50 against before",
        calmAfter.millis(50) / calmBefore.millis(50),
        "times",
        1.25);
  }

  private static Load calm(Way way) throws InterruptedException {
    return Bench.checked(ClosedLoop.run(way, 1, Duration.ofSeconds(1), CALM));
  }

  private static List<Double> third(List<Double> samples, int which) {
    int length = samples.size() / 3;
    return samples.subList(which * length, (which + 1) * length);
  }
}
