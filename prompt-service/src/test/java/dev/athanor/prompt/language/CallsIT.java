package dev.athanor.prompt.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/// Calls under way against an endpoint that takes its time: how many there are, and how they end.
@Timeout(240)
class CallsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String BODY = "{\"prompt\":\"x\",\"stream\":true}";
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  /// Two calls of 128 KiB, and two short bodies, fit.
  @Test
  void whatFindsNoRoomIsRefusedAtOnceUntilAnAnswerIsThrough() throws Exception {
    var end = new CountDownLatch(1);
    try (var endpoint = new Endpoint();
        var service =
            PromptService.running(
                "--athanor.language.base-url=" + endpoint.url(),
                "--athanor.language.body=100KB",
                "--athanor.language.bodies=300KB");
        var client = HttpClient.newHttpClient()) {
      endpoint.answer("/v1/completions", exchange -> stream(exchange, end));

      var first = client.send(request(service), BodyHandlers.ofInputStream());
      var second = client.send(request(service), BodyHandlers.ofInputStream());
      try {
        for (int i = 0; i < 3; i++) {
          var refused = client.send(request(service), BodyHandlers.ofString());
          assertThat(refused.statusCode()).isEqualTo(429);
          assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
          assertThat(refused.body()).contains("rate_limit_error").contains("calls: ");
        }
      } finally {
        end.countDown();
      }

      assertThat(whole(first)).isEqualTo(whole(second)).endsWith("data: [DONE]\n\n");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(client.send(request(service), BodyHandlers.ofString()).statusCode())
                      .isEqualTo(200));
    }
  }

  /// Before the endpoint answers, before its first event, and between two.
  @ParameterizedTest
  @ValueSource(strings = {"", HEAD, HEAD + "b\r\ndata: one\n\n\r\n"})
  void nothingIsAskedForAnyMoreWhenTheCallerHasGone(String beginning) throws Exception {
    try (var endpoint = new SilentEndpoint(beginning);
        var service = PromptService.running("--athanor.language.base-url=" + endpoint.url())) {
      try (var caller = new Socket(InetAddress.getLoopbackAddress(), PromptService.port(service))) {
        caller
            .getOutputStream()
            .write(
                "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(BODY.length(), BODY)
                    .getBytes(StandardCharsets.UTF_8));
        await().atMost(PATIENCE).until(() -> endpoint.asked() == 1);
        if (beginning.contains("data")) {
          assertThat(caller.getInputStream().read()).isEqualTo('H');
        }
        assertThat(endpoint.ended()).isZero();
      }

      await().atMost(PATIENCE).until(() -> endpoint.ended() == 1);
    }
  }

  /// Of 120 s there are none left once the head has come.
  @Test
  @Timeout(60)
  void anAnswerHasWhatItsHeadHasLeftOfTheDeadline() throws Exception {
    try (var endpoint = new SilentEndpoint(HEAD);
        var model = new LanguageModel(properties(endpoint.url()))) {
      var now = new AtomicLong();
      try (var call =
          new Calls(properties(endpoint.url()), now::get).begin(new MockHttpServletRequest())) {
        var answer = model.get("/models", call);
        now.addAndGet(Duration.ofMinutes(2).toNanos());

        fails(() -> Relay.pass(answer, new MockHttpServletResponse(), call), Kind.DEADLINE);
      }
    }
  }

  /// Of 120 s two are left when the endpoint is asked.
  @Test
  @Timeout(60)
  void aHeadHasWhatTheRequestHasLeftOfTheDeadline() throws Exception {
    try (var endpoint = new SilentEndpoint("");
        var model = new LanguageModel(properties(endpoint.url()))) {
      var now = new AtomicLong();
      try (var call =
          new Calls(properties(endpoint.url()), now::get).begin(new MockHttpServletRequest())) {
        now.addAndGet(Duration.ofSeconds(118).toNanos());

        fails(() -> model.get("/models", call), Kind.DEADLINE);
      }
    }
  }

  /// Its queue of connections is full, so that the system answers no further one.
  @Test
  void anEndpointThatTakesNoConnectionIsA503() throws Exception {
    var waiting = new ArrayList<SocketChannel>();
    try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var model = new LanguageModel(properties(url(deaf)))) {
      for (int i = 0; i < 8; i++) {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(deaf.getLocalSocketAddress());
        waiting.add(channel);
      }
      try (var call = new Calls(properties(url(deaf))).begin(new MockHttpServletRequest())) {
        fails(() -> model.get("/models", call), Kind.UNAVAILABLE);
      }
    } finally {
      for (var channel : waiting) {
        channel.close();
      }
    }
  }

  private static String url(ServerSocket server) {
    return "http://127.0.0.1:%d/v1".formatted(server.getLocalPort());
  }

  private static void fails(ThrowingCallable work, Kind kind) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(kind));
  }

  private static void stream(HttpExchange exchange, CountDownLatch end) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    var body = exchange.getResponseBody();
    body.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
    body.flush();
    try {
      if (end.await(60, TimeUnit.SECONDS)) {
        body.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String whole(HttpResponse<InputStream> answer) throws IOException {
    try (var body = answer.body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpRequest request(ConfigurableApplicationContext service) {
    return HttpRequest.newBuilder(PromptService.at(service, "/v1/completions"))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(BODY))
        .build();
  }

  private static LanguageProperties properties(String url) {
    return new LanguageProperties(
        URI.create(url),
        null,
        null,
        Duration.ofMinutes(2),
        DataSize.ofMegabytes(4),
        DataSize.ofMegabytes(64));
  }
}
