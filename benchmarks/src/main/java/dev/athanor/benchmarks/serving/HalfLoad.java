package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Latency at half of what the service can do, in open loop; and, to tell what is the machine's
/// own, of forward passes without a server at the same arrivals. Medians over the rounds.
final class HalfLoad {
  private static final Duration LENGTH = Duration.ofSeconds(12);
  private static final String NO_SERVER = "no server";
  private static final String EVENLY = ", even arrivals";
  private static final String AT_RANDOM = ", Poisson arrivals";
  private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9);

  /// `athanor.batching.max-delay`, and what else is allowed beyond the forward pass.
  private static final double DELAY_MILLIS = 2;

  private static final double ALLOWED_MILLIS = 5;

  private HalfLoad() {}

  static void measure(Bench bench) throws OrtException, InterruptedException {
    var encoder = bench.heavy();
    var tensors = bench.pictures().tensors();
    var found = new Rounds();
    try (var bare = new Bare(encoder);
        var alone = new BareWay(bare, tensors);
        var grpc = bench.grpc(encoder);
        var raw = bench.raw(encoder)) {
      var ways = new LinkedHashMap<String, Way>();
      ways.put(NO_SERVER, alone);
      ways.put("gRPC", grpc);
      ways.put("raw REST", raw);
      double single = bare.singleMillis(tensors.getFirst(), Duration.ofSeconds(5));
      bench.report().state("heavy encoder, bare, one forward pass of one image", single, "ms");
      double half = bench.capacity(grpc) / 2;
      bench.report().state("half of the load", half, "images/s");
      for (int round = 0; round < bench.rounds(); round++) {
        for (var way : ways.entrySet()) {
          add(found, way.getKey() + EVENLY, run(way.getValue(), OpenLoop.evenly(half)));
          var random = OpenLoop.atRandom(half, new SplittableRandom(11 + round));
          add(found, way.getKey() + AT_RANDOM, run(way.getValue(), random));
        }
      }
      ways.keySet().forEach(way -> state(bench, found, way));
      for (var way : List.of("gRPC", "raw REST")) {
        double p99 = found.median(way + EVENLY + 99.0);
        double machine = found.median(NO_SERVER + EVENLY + 99.0);
        bench
            .report()
            .atMost(way + EVENLY + ", p99", p99, "ms", single + DELAY_MILLIS + ALLOWED_MILLIS);
        bench
            .report()
            .atMost(
                way + EVENLY + ", p99 beyond that without a server",
                p99 - machine,
                "ms",
                DELAY_MILLIS + ALLOWED_MILLIS);
      }
    }
  }

  private static void state(Bench bench, Rounds found, String way) {
    for (var arrivals : List.of(EVENLY, AT_RANDOM)) {
      for (var percentile : PERCENTILES) {
        var what =
            "%s%s, p%s"
                .formatted(
                    way,
                    arrivals,
                    percentile == 99.9 ? "99.9" : Integer.toString(percentile.intValue()));
        bench.report().state(what, found.median(way + arrivals + percentile), "ms");
      }
    }
  }

  private static Load run(Way way, LongSupplier gaps) throws InterruptedException {
    return Bench.checked(OpenLoop.run(way, gaps, Bench.WARM_UP, LENGTH));
  }

  private static void add(Rounds found, String name, Load load) {
    for (double percentile : PERCENTILES) {
      found.add(name + percentile, load.millis(percentile));
    }
  }
}
