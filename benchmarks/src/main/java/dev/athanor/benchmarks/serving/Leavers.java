package dev.athanor.benchmarks.serving;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Callers who ask and leave while another model has the service saturated: what is inferred for
/// them, as the service's own metrics count it.
final class Leavers {
  private static final int LEAVERS = 100;
  private static final Duration LENGTH = Duration.ofSeconds(14);

  private Leavers() {}

  static void measure(Bench bench) throws IOException, InterruptedException, ExecutionException {
    try (var heavy = bench.raw(bench.heavy());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var load =
          threads.submit(() -> ClosedLoop.run(heavy, Bench.SATURATING, Duration.ZERO, LENGTH));
      Thread.sleep(Bench.WARM_UP);
      count(bench, "gRPC calls cancelled", () -> cancelCalls(bench));
      count(bench, "connections closed", () -> hangUp(bench));
      Bench.checked(load.get());
    }
  }

  private interface Leaving {
    void leave() throws IOException, InterruptedException;
  }

  private static void count(Bench bench, String what, Leaving leaving)
      throws IOException, InterruptedException {
    double inferred = inferred(bench);
    double dropped = dropped(bench);
    leaving.leave();
    Thread.sleep(Duration.ofSeconds(3));
    inferred = inferred(bench) - inferred;
    dropped = dropped(bench) - dropped;
    bench.report().state("%d %s, dropped".formatted(LEAVERS, what), dropped, "images");
    bench
        .report()
        .atMost("%d %s, inferred all the same".formatted(LEAVERS, what), inferred, "images", 0);
  }

  private static void cancelCalls(Bench bench) throws InterruptedException {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", bench.platform().grpcPort())
            .usePlaintext()
            .build();
    try {
      var request =
          EmbedRequest.newBuilder()
              .setModel(bench.small().name())
              .addImages(ByteString.copyFrom(bench.pictures().files().getFirst()))
              .build();
      var calls = new ArrayList<ListenableFuture<EmbedResponse>>();
      for (int i = 0; i < LEAVERS; i++) {
        calls.add(EmbeddingServiceGrpc.newFutureStub(channel).embed(request));
      }
      Thread.sleep(Duration.ofMillis(20));
      calls.forEach(call -> call.cancel(true));
    } finally {
      channel.shutdown();
    }
  }

  private static void hangUp(Bench bench) throws IOException {
    var file = bench.pictures().files().getFirst();
    var head =
        "POST /v1/models/%s/embed HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n"
            .formatted(bench.small().name(), file.length)
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < LEAVERS; i++) {
      try (var socket = new Socket("127.0.0.1", bench.platform().httpPort())) {
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(file);
        socket.getOutputStream().flush();
      }
    }
  }

  private static double inferred(Bench bench) throws IOException, InterruptedException {
    return bench
        .platform()
        .metric(
            "athanor_embedding_batch_size_sum", "model=\"%s@1\"".formatted(bench.small().name()));
  }

  private static double dropped(Bench bench) throws IOException, InterruptedException {
    return bench
        .platform()
        .metric(
            "athanor_embedding_dropped_total",
            "model=\"%s@1\"".formatted(bench.small().name()),
            "reason=\"caller\"");
  }
}
