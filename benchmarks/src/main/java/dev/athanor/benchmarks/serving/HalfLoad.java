package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Latency at half of what the service can do, in open loop.
final class HalfLoad {
  private static final Duration LENGTH = Duration.ofSeconds(20);

  /// `athanor.batching.max-delay`, and what the issue allows beyond it.
  private static final double DELAY_MILLIS = 2;

  private static final double ALLOWED_MILLIS = 5;

  private HalfLoad() {}

  static void measure(Bench bench) throws OrtException, InterruptedException {
    var encoder = bench.heavy();
    try (var bare = new Bare(encoder);
        var grpc = bench.grpc(encoder);
        var raw = bench.raw(encoder)) {
      double single =
          bare.singleMillis(bench.pictures().tensors().getFirst(), Duration.ofSeconds(5));
      bench.report().state("heavy encoder, bare, one forward pass of one image", single, "ms");
      for (var way : Map.of("gRPC", grpc, "raw REST", raw).entrySet()) {
        double half = bench.capacity(way.getValue()) / 2;
        bench.report().state("half of the load, " + way.getKey(), half, "images/s");
        var even = run(way.getValue(), OpenLoop.evenly(half));
        state(bench, way.getKey() + ", even arrivals", even);
        bench
            .report()
            .atMost(
                way.getKey() + ", even arrivals, p99",
                even.millis(99),
                "ms",
                single + DELAY_MILLIS + ALLOWED_MILLIS);
        state(
            bench,
            way.getKey() + ", Poisson arrivals",
            run(way.getValue(), OpenLoop.atRandom(half, new SplittableRandom(11))));
      }
    }
  }

  private static Load run(Way way, LongSupplier gaps) throws InterruptedException {
    return Bench.checked(OpenLoop.run(way, gaps, Bench.WARM_UP, LENGTH));
  }

  private static void state(Bench bench, String name, Load load) {
    for (double percentile : new double[] {50, 99, 99.9}) {
      var what = "%s, p%s".formatted(name, percentile == 99.9 ? "99.9" : (int) percentile);
      bench.report().state(what, load.millis(percentile), "ms");
    }
  }
}
