package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.embedding.ChildService;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.RestClient;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.Wire;
import dev.athanor.testkit.Servers;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers of `EmbedStream` who send long requests and read no answers.
class SlowReaderIT {
  private static final String MODEL = "unread";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int CALLERS = 3;
  private static final int REQUESTS = 8;
  private static final int WINDOW = 64 << 10;
  private static final Pattern EMBEDDED =
      Pattern.compile(
          "athanor_embedding_request_seconds_count\\{.*outcome=\"ok\",protocol=\"grpc\".*} ([0-9]+)");

  @TempDir Path folder;

  /// All that they send together is more than the heap has.
  @Test
  void whoReadsNothingTakesNoMemoryFromOthers() throws Exception {
    var settings = Servers.properties();
    try (var publisher = new Serving(folder.resolve("publisher"), settings)) {
      publisher.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
      publisher.awaitServed(MODEL, MODEL + "@1");
    }
    var first = message("x".repeat(1 << 20));
    var other = message("");
    try (var child = ChildService.start(folder, settings);
        var rest = new RestClient(child.root())) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> rest.get("/v1/models/" + MODEL).status() == 200);
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", child.grpcPort())
              .flowControlWindow(WINDOW) // and never more, whatever comes
              .usePlaintext()
              .build();
      try {
        var callers = new ArrayList<Caller>();
        for (int i = 1; i <= CALLERS; i++) {
          var caller = new Caller(channel);
          callers.add(caller);
          caller.send(first);
          for (int request = 1; request < REQUESTS; request++) {
            caller.send(other);
          }
          int all = i * REQUESTS;
          await().atMost(PATIENCE).until(() -> embedded(rest) == all);
        }
        assertThat(callers).allSatisfy(caller -> assertThat(caller.answers).isEmpty());
        for (var caller : callers) {
          caller.call.request(REQUESTS);
          await().atMost(PATIENCE).until(() -> caller.answers.size() == REQUESTS);
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }

  /// @param id that comes back; a long one fills the caller's window, so that the answers behind it
  ///   stay with the service
  private static byte[] message(String id) {
    return new Wire()
        .raw(Door.embedRequest(MODEL, Encoders.images(1, 3)).toByteArray())
        .text(3, id)
        .bytes(999, new byte[29 << 20]) // a field that we do not know stays with its message
        .toBytes();
  }

  private static int embedded(RestClient rest) {
    var metrics = new String(rest.bytes("/actuator/prometheus").body(), StandardCharsets.UTF_8);
    var count = EMBEDDED.matcher(metrics);
    return count.find() ? Integer.parseInt(count.group(1)) : 0;
  }

  private static final class Caller {
    final List<byte[]> answers = new CopyOnWriteArrayList<>();
    final ClientCall<byte[], byte[]> call;

    Caller(Channel channel) {
      var method = BytesMethod.of(EmbeddingServiceGrpc.getEmbedStreamMethod());
      call = channel.newCall(method, CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] answer) {
              answers.add(answer);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {}
          },
          new Metadata());
    }

    void send(byte[] message) {
      await().atMost(PATIENCE).until(call::isReady);
      call.sendMessage(message);
    }
  }
}
