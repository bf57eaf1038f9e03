package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.Map;

/// Closed loops at saturation against ONNX Runtime called directly: the same machine, one thread a
/// forward pass, as many at a time as there are processors, the same images.
final class Throughput {
  private static final int PASSES = Runtime.getRuntime().availableProcessors();
  private static final int SMALL_BATCH = 8;
  private static final int LARGE_BATCH = 32;

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
        for (int batch : new int[] {SMALL_BATCH, LARGE_BATCH}) {
          found.add("bare " + batch, bare.perSecond(tensors, batch, PASSES, Bench.ROUND));
        }
        for (var way : ways.entrySet()) {
          found.add(way.getKey(), bench.capacity(way.getValue()));
        }
        bench.report().say("round %d: %s".formatted(round + 1, found));
      }
      double best =
          Math.max(found.median("bare " + SMALL_BATCH), found.median("bare " + LARGE_BATCH));
      bench
          .report()
          .state("heavy encoder, bare, the better of batches of 8 and 32", best, "images/s");
      for (var way : ways.keySet()) {
        double speed = found.median(way);
        bench.report().state("heavy encoder, " + way, speed, "images/s");
        bench.report().atLeast("heavy encoder, " + way + ", of bare", speed / best, "", 0.9);
      }
    }
  }
}
