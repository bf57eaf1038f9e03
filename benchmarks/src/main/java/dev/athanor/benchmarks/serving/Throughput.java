package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Closed loops at saturation against ONNX Runtime called directly: the same machine, one thread a
/// forward pass, as many at a time as there are processors, the same images. Each way is held
/// against what the machine could do just before and just after, for that changes by the minute.
final class Throughput {
  private static final int PASSES = Runtime.getRuntime().availableProcessors();
  private static final int SMALL_BATCH = 8;
  private static final int LARGE_BATCH = 32;
  private static final Duration BARE = Duration.ofSeconds(2);
  private static final String OF_BARE = ", of bare";

  private Throughput() {}

  static void measure(Bench bench) throws OrtException, InterruptedException {
    var encoder = bench.heavy();
    var tensors = bench.pictures().tensors();
    var found = new Rounds();
    try (var bare = new Bare(encoder);
        var grpc = bench.grpc(encoder);
        var raw = bench.raw(encoder);
        var direct = bench.tensors(encoder)) {
      double alone = bare.perSecond(tensors, LARGE_BATCH, 1, Duration.ofSeconds(4));
      bench
          .report()
          .atLeast("heavy encoder on one core, bare, batches", 1000 / alone, "ms/image", 5);
      var ways = Map.of("gRPC", grpc, "raw REST", raw, "inference protocol, tensors", direct);
      for (int round = 0; round < bench.rounds(); round++) {
        double before = best(bare, tensors);
        for (var way : ways.entrySet()) {
          double speed = bench.capacity(way.getValue());
          double after = best(bare, tensors);
          found.add("bare", before);
          found.add(way.getKey(), speed);
          found.add(way.getKey() + OF_BARE, speed / ((before + after) / 2));
          before = after;
        }
        bench.report().say("round %d: %s".formatted(round + 1, found));
      }
      bench.report().state("heavy encoder, bare", found.median("bare"), "images/s");
      for (var way : ways.keySet()) {
        bench.report().state("heavy encoder, " + way, found.median(way), "images/s");
        bench
            .report()
            .atLeast("heavy encoder, " + way + OF_BARE, found.median(way + OF_BARE), "", 0.9);
      }
    }
  }

  /// The better of small and large batches.
  private static double best(Bare bare, List<float[]> tensors) throws InterruptedException {
    return Math.max(
        bare.perSecond(tensors, SMALL_BATCH, PASSES, BARE),
        bare.perSecond(tensors, LARGE_BATCH, PASSES, BARE));
  }
}
