package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import dev.athanor.benchmarks.serving.AgainstPython.Pressure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// The command `benchmarks/serving`.
public final class ServingSpeed {
  private static final List<String> PARTS =
      List.of("throughput", "latency", "python", "overload", "swap", "leavers");

  private static final int DEPTH = 18;
  private static final int WIDTH = 56;

  private static final Duration WARMING = Duration.ofSeconds(25);

  /// Calls a second of which the heavy encoder's are refused in part, whatever the machine.
  private static final double TOO_MANY = 1000;

  private ServingSpeed() {}

  /// Arguments: the project, a folder for data, a free port that ten more free ones follow, where
  /// to write the figures, rounds, parts (none means all).
  public static void main(String[] args)
      throws IOException, InterruptedException, OrtException, ExecutionException {
    var parts = args.length > 5 ? Arrays.asList(args).subList(5, args.length) : PARTS;
    for (var part : parts) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException("%s (expected: some of %s)".formatted(part, PARTS));
      }
    }
    try (var platform =
        ServedPlatform.start(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]))) {
      var bench = prepare(Path.of(args[0]), Path.of(args[1]), platform, Integer.parseInt(args[4]));
      for (var part : parts) {
        measure(bench, part);
      }
      bench.report().write(Path.of(args[3]));
    }
  }

  static Bench prepare(Path project, Path data, ServedPlatform platform, int rounds)
      throws IOException, InterruptedException {
    var heavy = ExportEncoder.export(data.resolve("heavy"), "heavy", 1, DEPTH, WIDTH);
    var small = ExportEncoder.export(data.resolve("small"), "small", 1, 10, 16);
    platform.publish(heavy, 1);
    platform.publish(small, 1);
    var pictures = Pictures.draw(heavy.input());
    var bench = new Bench(project, data, platform, heavy, small, pictures, new Report(), rounds);
    warmUp(bench);
    return bench;
  }

  /// Both processes compile what they do often while they do it, refusals too, which would take a
  /// tenth of the two cores from what is measured; with the small encoder they have done so sooner.
  private static void warmUp(Bench bench) throws InterruptedException {
    try (var grpc = bench.grpc(bench.small());
        var raw = bench.raw(bench.small());
        var json = bench.json(bench.small());
        var tensors = bench.tensors(bench.small());
        var heavy = bench.grpc(bench.heavy());
        var heavyRaw = bench.raw(bench.heavy())) {
      for (var way : List.of(grpc, raw, json, tensors, heavy)) {
        warm(ClosedLoop.run(way, Bench.SATURATING, Duration.ZERO, WARMING));
      }
      for (var way : List.of(heavy, heavyRaw)) {
        warm(OpenLoop.run(way, OpenLoop.evenly(TOO_MANY), Duration.ZERO, WARMING));
      }
    }
  }

  /// A load of which a service that is cold may refuse a part.
  private static void warm(Load load) {
    if (load.failed() > 0) {
      throw new IllegalStateException(load.failed() + " calls failed (expected: none)");
    }
  }

  private static void measure(Bench bench, String part)
      throws IOException, InterruptedException, OrtException, ExecutionException {
    switch (part) {
      case "throughput" -> Throughput.measure(bench);
      case "latency" -> HalfLoad.measure(bench);
      case "python" -> {
        AgainstPython.measure(bench, bench.small(), new Pressure(64, Bench.ROUND), 5);
        AgainstPython.measure(bench, bench.heavy(), new Pressure(16, Duration.ofSeconds(15)), 0);
      }
      case "overload" -> Overload.measure(bench);
      case "swap" -> HotSwap.measure(bench);
      case "leavers" -> Leavers.measure(bench);
      default -> throw new IllegalArgumentException(part);
    }
  }
}
