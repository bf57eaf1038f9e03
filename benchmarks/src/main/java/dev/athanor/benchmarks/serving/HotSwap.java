package dev.athanor.benchmarks.serving;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// A new version takes over while both protocols together have the service saturated.
final class HotSwap {
  private static final Duration LENGTH = Duration.ofSeconds(16);

  private HotSwap() {}

  static void measure(Bench bench) throws IOException, InterruptedException, ExecutionException {
    var encoder = bench.heavy();
    try (var grpc = bench.grpc(encoder);
        var raw = bench.raw(encoder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int each = Bench.SATURATING / 2;
      var overGrpc = threads.submit(() -> ClosedLoop.run(grpc, each, Duration.ZERO, LENGTH));
      var overRest = threads.submit(() -> ClosedLoop.run(raw, each, Duration.ZERO, LENGTH));
      Thread.sleep(LENGTH.dividedBy(4));
      long from = System.nanoTime();
      bench.platform().publish(encoder, 2);
      bench
          .report()
          .state("hot swap, from publishing to serving", (System.nanoTime() - from) / 1e9, "s");
      double afterwards = answeredBySecond(bench);
      var loads = List.of(overGrpc.get(), overRest.get());
      long answers = loads.stream().mapToLong(Load::vectors).sum();
      long failed = loads.stream().mapToLong(load -> load.failed() + load.refused()).sum();
      double second = answeredBySecond(bench) - afterwards;
      bench.report().state("hot swap, vectors under load", answers, "images");
      bench.report().atLeast("hot swap, of them by the new version", second, "images", 1);
      bench.report().atMost("hot swap, failed or refused", failed, "calls", 0);
    }
  }

  private static double answeredBySecond(Bench bench) throws IOException, InterruptedException {
    return bench
        .platform()
        .metric(
            "athanor_embedding_batch_size_sum", "model=\"%s@2\"".formatted(bench.heavy().name()));
  }
}
