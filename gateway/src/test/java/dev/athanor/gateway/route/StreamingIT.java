package dev.athanor.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.athanor.gateway.RunningGateway;
import dev.athanor.gateway.TestService;
import dev.athanor.gateway.upstream.Upstream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What passes through the gateway passes as it comes, and a failure on either side looks like one
/// on the other.
@Timeout(60)
class StreamingIT {
  private static final CountDownLatch forever = new CountDownLatch(1);
  private static final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private static final CountDownLatch firstPiece = new CountDownLatch(1);
  private static final CompletableFuture<Integer> brokenUpload = new CompletableFuture<>();
  private static TestService service;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    service =
        TestService.start()
            .on("/v1/runs/live/events", StreamingIT::sendEvents)
            .on("/v1/runs/silent", exchange -> await(forever))
            .on("/v1/runs/falls-silent", StreamingIT::fallSilent)
            .on("/v1/runs/breaks-off", StreamingIT::breakOff)
            .on("/v1/runs/receives", StreamingIT::receive)
            .on("/v1/runs/receives-half", StreamingIT::receiveHalf)
            .on("/v1/runs/head", exchange -> TestService.answer(exchange, 200, "text/plain", "12"));
    gateway =
        RunningGateway.before(
            Map.of(Upstream.TRAINER, service.address()), "athanor.gateway.silence-timeout=2s");
  }

  @AfterAll
  static void stop() {
    forever.countDown();
    gateway.close();
    service.close();
  }

  @Test
  void eventsArriveOneByOneWhileTheServiceHoldsTheConnection() throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var stream =
          client.send(gateway.request("/v1/runs/live/events").build(), BodyHandlers.ofLines());
      // The head is here although no event was sent yet.
      assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
      var lines = stream.body().iterator();
      for (var number = 1; number <= 3; number++) {
        // The service sends the next event only now that the one before was read.
        events.add("data: " + number + "\n\n");
        assertThat(lines.next()).isEqualTo("data: " + number);
        assertThat(lines.next()).isEmpty();
      }
      // Longer than the limit for silence: a stream of events may be quiet.
      assertThat(forever.await(3, TimeUnit.SECONDS)).isFalse();
      events.add("data: after a pause\n\n");
      assertThat(lines.next()).isEqualTo("data: after a pause");
      events.add("");
      assertThat(lines.next()).isEmpty();
      assertThat(lines.hasNext()).isFalse();
    }
  }

  @Test
  void aSilentServiceIsGivenUp() throws Exception {
    var answer = gateway.get("/v1/runs/silent");
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("trainer-service: no answer within 2 s");
  }

  @Test
  void anAnswerThatFallsSilentInTheMiddleDoesNotLookWhole() {
    assertThatThrownBy(() -> gateway.get("/v1/runs/falls-silent")).isInstanceOf(IOException.class);
  }

  @Test
  void anAnswerThatBreaksOffDoesNotLookWhole() {
    assertThatThrownBy(() -> gateway.get("/v1/runs/breaks-off")).isInstanceOf(IOException.class);
  }

  @Test
  void anUploadKeepsItsLength() throws Exception {
    var body = new byte[100_000];
    var fixed =
        gateway.send(gateway.request("/v1/runs/receives").PUT(BodyPublishers.ofByteArray(body)));
    assertThat(fixed.body()).isEqualTo("Content-Length 100000, read 100000");
    var chunked =
        gateway.send(
            gateway
                .request("/v1/runs/receives")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
    assertThat(chunked.body()).isEqualTo("Content-Length null, read 100000");
  }

  @Test
  void anUploadThatTheCallerBreaksOffDoesNotLookWholeToTheService() throws Exception {
    try (var caller = new Socket(InetAddress.getLoopbackAddress(), gateway.address().getPort())) {
      var head =
          "PUT /v1/runs/receives-half HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      var piece = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      caller.getOutputStream().write((head + piece).getBytes(UTF_8));
      caller.getOutputStream().flush();
      assertThat(firstPiece.await(30, TimeUnit.SECONDS)).isTrue();
    }
    Awaitility.await().untilAsserted(() -> assertThat(brokenUpload).isCompletedExceptionally());
  }

  @Test
  void theConnectionServesTheNextRequestAfterAHead() throws Exception {
    var head =
        gateway.send(gateway.request("/v1/runs/head").method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(gateway.get("/v1/runs/head").body()).isEqualTo("12");
  }

  @Test
  void aServiceThatIsDownIsNamedInAProblem() throws Exception {
    var answer = gateway.get("/v1/datasets");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("augmentation-service: not reachable");
  }

  @Test
  void anOpenAiRouteFailsInOpenAisShape() throws Exception {
    var answer =
        gateway.send(gateway.request("/v1/embeddings").POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(503);
    var error = RunningGateway.json(answer).path("error");
    assertThat(error.path("message").asString()).startsWith("embedding-service: not reachable");
    assertThat(error.path("type").asString()).isEqualTo("server_error");
  }

  @Test
  void aServiceThatHangsUpWithoutAnAnswerIsAProblem() throws Exception {
    try (var rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var connection = rude.accept()) {
                  connection.getInputStream().read();
                } catch (IOException failure) {
                  throw new AssertionError(failure);
                }
              });
      var address = URI.create("http://localhost:" + rude.getLocalPort());
      try (var other = RunningGateway.before(Map.of(Upstream.TRAINER, address))) {
        var answer = other.send(other.request("/v1/runs").POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("trainer-service: broke off before it answered");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/completions HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      })
  void aServiceSeesThatTheCallerHungUp(String request) throws Exception {
    var ended = new CompletableFuture<Integer>();
    var taken = new CountDownLatch(1);
    try (var waiting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> untilItEnds(waiting, taken, ended));
      var address = URI.create("http://localhost:" + waiting.getLocalPort());
      try (var other = RunningGateway.before(Map.of(Upstream.PROMPT, address))) {
        try (var caller = new Socket(InetAddress.getLoopbackAddress(), other.address().getPort())) {
          caller.getOutputStream().write(request.getBytes(UTF_8));
          caller.getOutputStream().flush();
          assertThat(taken.await(30, TimeUnit.SECONDS)).isTrue();
          assertThat(ended).isNotDone();
        }
        assertThat(ended).succeedsWithin(Duration.ofSeconds(30));
      }
    }
  }

  /// Takes one connection, and reads from it and answers nothing until it ends.
  private static void untilItEnds(
      ServerSocket waiting, CountDownLatch taken, CompletableFuture<Integer> ended) {
    try (var connection = waiting.accept()) {
      var piece = new byte[1 << 16];
      for (var read = 0; read >= 0; read = connection.getInputStream().read(piece)) {
        if (read > 0) {
          taken.countDown();
        }
      }
      ended.complete(-1);
    } catch (SocketException reset) {
      ended.complete(-1);
    } catch (IOException failure) {
      ended.completeExceptionally(failure);
    }
  }

  /// Sends what the test puts into `events`; an empty one ends the stream.
  private static void sendEvents(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (exchange;
        var out = exchange.getResponseBody()) {
      out.flush();
      for (var event = next(); !event.isEmpty(); event = next()) {
        out.write(event.getBytes(UTF_8));
        out.flush();
      }
    }
  }

  private static void fallSilent(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write("half".getBytes(UTF_8));
    exchange.getResponseBody().flush();
    await(forever);
  }

  private static void breakOff(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 1000);
    exchange.getResponseBody().write("half".getBytes(UTF_8));
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private static void receive(HttpExchange exchange) throws IOException {
    var read = exchange.getRequestBody().readAllBytes().length;
    var length = exchange.getRequestHeaders().getFirst("Content-Length");
    var seen = "Content-Length %s, read %d".formatted(length, read);
    TestService.answer(exchange, 200, "text/plain", seen);
  }

  private static void receiveHalf(HttpExchange exchange) {
    try (exchange;
        var body = exchange.getRequestBody()) {
      body.readNBytes(1);
      firstPiece.countDown();
      brokenUpload.complete(body.readAllBytes().length);
    } catch (IOException failure) {
      brokenUpload.completeExceptionally(failure);
    }
  }

  private static String next() {
    try {
      return events.take();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
