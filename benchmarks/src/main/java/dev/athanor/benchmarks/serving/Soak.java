package dev.athanor.benchmarks.serving;

import dev.athanor.benchmarks.serving.ProcessMemory.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;

/// The command `benchmarks/soak`: half of the load for a long time, over both protocols at once,
/// and whether memory grows once the service has warmed up.
public final class Soak {
  private static final Duration WARM = Duration.ofMinutes(5);
  private static final int SAMPLES = 120;
  private static final double NANOS_AN_HOUR = 3.6e12;

  private Soak() {}

  private record Moment(double hours, Sample memory, double queued) {
    String line() {
      return String.format(
          Locale.ROOT,
          "%.1f,%d,%d,%d,%d,%.0f",
          hours * 3600,
          memory.resident(),
          memory.nativeBytes(),
          memory.liveHeap(),
          memory.threads(),
          queued);
    }
  }

  /// Arguments: the project, a folder for data, a free port that ten more free ones follow, where
  /// to write the samples (CSV) and the figures (JSON), minutes.
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    var length = Duration.ofMillis(Math.round(Double.parseDouble(args[5]) * 60_000));
    var data = Path.of(args[1]);
    try (var platform = ServedPlatform.start(Path.of(args[0]), data, Integer.parseInt(args[2]))) {
      var bench = ServingSpeed.prepare(Path.of(args[0]), data, platform, 1);
      var moments = run(bench, length);
      write(Path.of(args[3]), moments);
      var warm = length.compareTo(WARM.multipliedBy(2)) > 0 ? WARM : length.dividedBy(4);
      judge(bench.report(), moments, warm);
      bench.report().write(Path.of(args[4]));
    }
  }

  private static List<Moment> run(Bench bench, Duration length)
      throws IOException, InterruptedException, ExecutionException {
    try (var grpc = bench.grpc(bench.heavy());
        var raw = bench.raw(bench.heavy());
        var memory = new ProcessMemory(bench.platform().service().pid());
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      double quarter = bench.capacity(grpc) / 4;
      bench.report().state("load over each of gRPC and raw REST", quarter, "images/s");
      var gaps = OpenLoop.evenly(quarter);
      var overGrpc = threads.submit(() -> OpenLoop.run(grpc, gaps, Bench.WARM_UP, length));
      var overRest = threads.submit(() -> OpenLoop.run(raw, gaps, Bench.WARM_UP, length));
      var moments = sample(bench, memory, length);
      state(bench.report(), "gRPC", overGrpc.get());
      state(bench.report(), "raw REST", overRest.get());
      return moments;
    }
  }

  private static List<Moment> sample(Bench bench, ProcessMemory memory, Duration length)
      throws IOException, InterruptedException {
    var moments = new ArrayList<Moment>();
    var gap = length.dividedBy(SAMPLES);
    long begin = System.nanoTime();
    for (int i = 0; i < SAMPLES; i++) {
      Thread.sleep(
          Duration.ofNanos(
              Math.max(0, begin + gap.multipliedBy(i + 1).toNanos() - System.nanoTime())));
      var moment =
          new Moment((System.nanoTime() - begin) / NANOS_AN_HOUR, memory.sample(), bench.queued());
      moments.add(moment);
      if (i % 10 == 9) {
        bench
            .report()
            .say("%.1f min: %s".formatted(moment.hours() * 60, moment.memory().written()));
      }
    }
    return moments;
  }

  private static void state(Report report, String way, Load load) {
    report.state(way + ", vectors", load.vectors(), "images");
    report.atMost(way + ", failed or refused", load.failed() + load.refused(), "calls", 0);
    report.state(way + ", p50", load.millis(50), "ms");
    report.state(way + ", p99 (a collection is forced at each sample)", load.millis(99), "ms");
    report.state(way + ", p99.9", load.millis(99.9), "ms");
  }

  private static void judge(Report report, List<Moment> moments, Duration warm) {
    var kept =
        moments.stream().filter(moment -> moment.hours() > warm.toNanos() / NANOS_AN_HOUR).toList();
    report.state("samples after the first %d s".formatted(warm.toSeconds()), kept.size(), "");
    judge(report, "live heap", kept, moment -> Sample.mebi(moment.memory().liveHeap()));
    judge(report, "native memory", kept, moment -> Sample.mebi(moment.memory().nativeBytes()));
    report.state("threads, most", most(kept, moment -> moment.memory().threads()), "");
    report.state("queue, longest seen", most(kept, Moment::queued), "images");
  }

  private static void judge(
      Report report, String what, List<Moment> moments, ToDoubleFunction<Moment> value) {
    var slope =
        Slope.of(
            moments.stream().mapToDouble(Moment::hours).toArray(),
            moments.stream().mapToDouble(value).toArray());
    report.state(
        what + ", mean", moments.stream().mapToDouble(value).average().orElseThrow(), "MiB");
    report.holds(
        what + ", growth",
        slope.perHour(),
        "MiB/h",
        String.format(
            Locale.ROOT, "0 within its 95 %% interval, %.2f to %.2f", slope.low(), slope.high()),
        slope.holdsZero());
  }

  private static double most(List<Moment> moments, ToDoubleFunction<Moment> value) {
    return moments.stream().mapToDouble(value).max().orElseThrow();
  }

  private static void write(Path csv, List<Moment> moments) throws IOException {
    var lines = new ArrayList<String>();
    lines.add("seconds,resident_bytes,native_bytes,live_heap_bytes,threads,queued");
    moments.forEach(moment -> lines.add(moment.line()));
    Files.write(csv, lines);
  }
}
