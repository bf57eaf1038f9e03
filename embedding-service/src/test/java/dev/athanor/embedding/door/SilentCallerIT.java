package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import io.grpc.ManagedChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers of whom nothing comes any more, and who have not said that they leave.
class SilentCallerIT {
  private static final String MODEL = "listening";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    var settings = new HashMap<String, String>();
    settings.put("ATHANOR_GRPC_KEEPALIVE", "1s");
    settings.put("spring.grpc.server.keepalive.timeout", "2s");
    settings.put("ATHANOR_EMBED_DEADLINE", "10m");
    settings.put("ATHANOR_BATCHING_MAX_DELAY", "60s");
    settings.put("server.tomcat.connection-timeout", "1s");
    serving = new Serving(folder, settings);
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 4));
    serving.awaitServed(MODEL, MODEL + "@1");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  /// Two images wait for a batch that is never full.
  @Test
  void theCallsOfAPeerThatVanishedEnd() throws Exception {
    try (var relay = new Relay(serving.grpcPort(), 0)) {
      var channel = ManagedChannelBuilder.forTarget(relay.address()).usePlaintext().build();
      try {
        EmbeddingServiceGrpc.newStub(channel)
            .embedStream(new StreamClient())
            .onNext(Door.embedRequest(MODEL, Encoders.images(2, 8)));
        await().atMost(PATIENCE).until(() -> waiting() == 2);
        relay.fallSilent();
        await().atMost(PATIENCE).until(() -> ended("gone") == 1);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void aBodyThatTricklesPastItsDeadlineIsTheCallersFault() throws Exception {
    try (var socket = halfABody("X-Athanor-Timeout-Ms: 300\r\n")) {
      var out = socket.getOutputStream();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                out.write(7);
                return socket.getInputStream().available() > 0;
              });
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void aBodyThatStopsComingIsTheCallersFault() throws Exception {
    try (var socket = halfABody("")) {
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 408");
    }
  }

  private static Socket halfABody(String headers) throws IOException {
    var socket = new Socket("127.0.0.1", serving.root().getPort());
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    var head =
        "POST /v1/models/%s/embed HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n%sContent-Length: 100000\r\n\r\n"
            .formatted(MODEL, headers);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(new byte[50_000]);
    return socket;
  }

  private static String statusLine(Socket socket) throws IOException {
    var answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
    return String.valueOf(new BufferedReader(answer).readLine());
  }

  private static double waiting() {
    return serving
        .meters()
        .get("athanor.embedding.queue.length")
        .tag("class", "interactive")
        .gauge()
        .value();
  }

  private static long ended(String outcome) {
    return serving
        .meters()
        .find("athanor.embedding.request")
        .tags("model", MODEL + "@1", "outcome", outcome)
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }
}
