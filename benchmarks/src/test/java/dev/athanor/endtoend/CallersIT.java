package dev.athanor.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.process.Service;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the embedding-service knows of callers on the other side of the gateway: where they call
/// from, and that they have gone.
class CallersIT {
  private static final String MODEL = "parked";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String WAITING = "athanor_embedding_queue_length";
  private static final String PASSES = "athanor_embedding_batch_size_count";

  @TempDir static Path folder;
  private static RunningPlatform platform;
  private static byte[] image;

  @BeforeAll
  static void start() throws Exception {
    platform =
        new RunningPlatform(
            Map.of(
                // But for a first one, nothing is inferred before eight images wait.
                "ATHANOR_BATCHING_MAX_BATCH", "8",
                "ATHANOR_BATCHING_MAX_DELAY", "60s",
                "ATHANOR_EMBED_DEADLINE", "2m",
                "ATHANOR_EMBED_IMAGES", "2",
                "ATHANOR_BATCHING_QUEUE", "8"));
    platform.start(Service.EMBEDDING, Service.GATEWAY);
    PublishedEncoder.publish(folder.resolve("model"), MODEL);
    image = new ImageEncoder().png(new Image(32, 32, 3, new byte[32 * 32 * 3]));
    await("the model is served").atMost(PATIENCE).until(() -> isServed());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void callersAreToldApartAndNotInferredOnceTheyHaveGone() throws Exception {
    try (var lone = ask("127.0.0.9")) {
      assertThat(status(lone)).isEqualTo(200);
    }
    try (var one = ask("127.0.0.2");
        var other = ask("127.0.0.3")) {
      await().atMost(PATIENCE).until(() -> metric(WAITING) == 2);
    }
    await().atMost(PATIENCE).until(() -> ended("gone") == 2);

    var staying = new ArrayList<Socket>();
    try {
      // Alone a caller gets half of the eight places, and then others still find some.
      for (int i = 0; i < 4; i++) {
        staying.add(ask("127.0.0.2"));
      }
      await().atMost(PATIENCE).until(() -> metric(WAITING) == 2 + 4);
      try (var refused = ask("127.0.0.2")) {
        assertThat(status(refused)).isEqualTo(429);
      }
      staying.add(ask("127.0.0.3"));
      staying.add(ask("127.0.0.3"));
      // With eight a batch would be full, were all of them still there.
      await().atMost(PATIENCE).until(() -> metric("athanor_embedding_dropped_total") == 2);
      assertThat(metric(WAITING)).isEqualTo(4 + 2);
      assertThat(metric(PASSES)).isEqualTo(1);

      staying.add(ask("127.0.0.4"));
      staying.add(ask("127.0.0.5"));
      for (var socket : staying) {
        assertThat(status(socket)).isEqualTo(200);
      }
      assertThat(metric(PASSES)).isEqualTo(2);
    } finally {
      for (var socket : staying) {
        socket.close();
      }
    }
  }

  /// A whole request to the gateway from this address, one of the many that loopback has.
  private static Socket ask(String address) throws IOException {
    var gateway = URI.create(platform.url(Service.GATEWAY));
    var from = InetAddress.ofLiteral(address);
    var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.getPort(), from, 0);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    var head =
        "POST /v1/models/%s/embed HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n"
            .formatted(MODEL, image.length);
    socket.getOutputStream().write(head.getBytes(UTF_8));
    socket.getOutputStream().write(image);
    socket.getOutputStream().flush();
    return socket;
  }

  private static int status(Socket answering) throws IOException {
    var line = new String(answering.getInputStream().readNBytes("HTTP/1.1 200".length()), UTF_8);
    return Integer.parseInt(line.substring(line.indexOf(' ') + 1));
  }

  private static double ended(String outcome) throws Exception {
    return sum(
        line ->
            line.startsWith("athanor_embedding_request_seconds_count{")
                && line.contains("outcome=\"" + outcome + '"'));
  }

  private static boolean isServed() throws Exception {
    return get("/v1/models").contains('"' + MODEL);
  }

  /// The sum over all series of this name.
  private static double metric(String name) throws Exception {
    return sum(line -> line.startsWith(name + "{"));
  }

  private static double sum(Predicate<String> wanted) throws Exception {
    return Arrays.stream(get("/actuator/prometheus").split("\n"))
        .filter(wanted)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String get(String path) throws IOException, InterruptedException {
    var address = URI.create(platform.url(Service.EMBEDDING) + path);
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }
}
