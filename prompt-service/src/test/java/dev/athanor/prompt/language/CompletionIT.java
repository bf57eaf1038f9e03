package dev.athanor.prompt.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Completions go to the configured endpoint and come back as it gave them; what goes wrong is said
/// in OpenAI's error object.
class CompletionIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String ANSWER = "{\"choices\":[{\"text\":\" four\"}]}";

  private static final Endpoint endpoint = new Endpoint();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static ConfigurableApplicationContext service;
  private static ConfigurableApplicationContext impatient;

  @BeforeAll
  static void start() {
    service = running("120s");
    impatient = running("5s");
  }

  private static ConfigurableApplicationContext running(String deadline) {
    return PromptService.running(
        "--athanor.language.base-url=" + endpoint.url(),
        "--athanor.language.api-key=secret",
        "--athanor.language.model=small",
        "--athanor.language.deadline=" + deadline,
        "--athanor.language.body=10KB");
  }

  @AfterAll
  static void stop() {
    impatient.close();
    service.close();
    client.shutdownNow();
    endpoint.close();
  }

  @Test
  void aTextIsCompletedByTheEndpoint() throws Exception {
    endpoint.answer("/v1/completions", 200, ANSWER);

    var answer = post("/v1/completions", "{\"prompt\":\"two and two is\",\"max_tokens\":1}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(ANSWER);
    assertThat(endpoint.lastCall().authorization()).isEqualTo("Bearer secret");
    assertThat(endpoint.lastCall().body())
        .isEqualTo("{\"model\":\"small\",\"prompt\":\"two and two is\",\"max_tokens\":1}");
    assertThat(endpoint.lastCall().length())
        .isEqualTo(Integer.toString(endpoint.lastCall().body().length()));
    assertThat(endpoint.lastCall().upgrade()).as("of which uvicorn drops the body").isNull();
  }

  @Test
  void aModelThatTheCallerNamesIsKept() throws Exception {
    endpoint.answer("/v1/chat/completions", 200, ANSWER);

    post("/v1/chat/completions", "{\"messages\":[],\"model\":\"large\"}");

    assertThat(JSON.readTree(endpoint.lastCall().body()).path("model").stringValue())
        .isEqualTo("large");
  }

  /// The second event is sent only after the first has reached the caller.
  @Test
  void aStreamStaysAStream() throws Exception {
    var firstArrived = new CountDownLatch(1);
    endpoint.answer(
        "/v1/completions",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          var body = exchange.getResponseBody();
          body.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
          body.flush();
          try {
            if (!firstArrived.await(60, TimeUnit.SECONDS)) {
              return;
            }
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return;
          }
          body.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        });

    var answer =
        client.send(
            request("/v1/completions", "{\"prompt\":\"x\",\"stream\":true}"),
            BodyHandlers.ofInputStream());

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    try (var lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("data: one");
      firstArrived.countDown();
      assertThat(lines.lines()).contains("data: [DONE]");
    }
  }

  /// The endpoint breaks off at once, after 11 of the 100 bytes that it announced, or falls silent
  /// until the deadline.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamThatBreaksOffDoesNotLookWhole(boolean silent) throws Exception {
    var ended = new CountDownLatch(1);
    endpoint.answer(
        "/v1/completions",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, silent ? 0 : 100);
          exchange.getResponseBody().write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          try {
            if (silent) {
              ended.await(60, TimeUnit.SECONDS);
            }
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });

    var answer =
        client.send(
            at(
                silent ? impatient : service,
                "/v1/completions",
                "{\"prompt\":\"x\",\"stream\":true}"),
            BodyHandlers.ofInputStream());

    assertThat(answer.statusCode()).isEqualTo(200);
    try (var body = answer.body()) {
      assertThat(body.readNBytes(11)).asString(StandardCharsets.UTF_8).isEqualTo("data: one\n\n");
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    } finally {
      ended.countDown();
    }
  }

  /// Nothing has been written yet, so that it can still be said what is wrong.
  @ParameterizedTest
  @CsvSource({"100, 503, broke off", "0, 504, not through when the deadline passed"})
  void anAnswerOfWhichNothingComesIsAnError(int announced, int status, String message)
      throws Exception {
    var ended = new CountDownLatch(1);
    endpoint.answer(
        "/v1/completions",
        exchange -> {
          exchange.sendResponseHeaders(200, announced);
          exchange.getResponseBody().flush();
          try {
            if (announced == 0) {
              ended.await(60, TimeUnit.SECONDS);
            }
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });

    var asked = announced == 0 ? impatient : service;
    var answer = client.send(at(asked, "/v1/completions", "{\"prompt\":\"x\"}"), text());
    ended.countDown();

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("message").stringValue()).contains(message);
  }

  @Test
  void theEndpointsRefusalIsPassedOn() throws Exception {
    endpoint.answer(
        "/v1/completions",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          exchange.sendResponseHeaders(429, -1);
        });

    var answer = post("/v1/completions", "{\"prompt\":\"x\"}");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
  }

  @Test
  void anEndpointThatDoesNotAnswerInTimeIsA504() throws Exception {
    var ended = new CountDownLatch(1);
    endpoint.answer(
        "/v1/completions",
        exchange -> {
          try {
            ended.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });

    var answer = client.send(at(impatient, "/v1/completions", "{\"prompt\":\"x\"}"), text());
    ended.countDown();

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(error(answer).path("message").stringValue()).contains("no answer").contains("5 s");
  }

  @Test
  void anEndpointThatIsDownIsA503() throws Exception {
    try (var lost = PromptService.running("--athanor.language.base-url=http://127.0.0.1:1/v1")) {
      var answer = client.send(at(lost, "/v1/completions", "{\"prompt\":\"x\"}"), text());

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(error(answer).path("message").stringValue())
          .contains("http://127.0.0.1:1/v1/completions does not answer");
    }
  }

  @Test
  void withoutAnEndpointTheServiceIsHealthyListsNothingAndSaysHowToSetOne() throws Exception {
    try (var bare = PromptService.running()) {
      var health = client.send(at(bare, "/actuator/health/readiness", null), text());
      assertThat(health.statusCode()).isEqualTo(200);

      var models = client.send(at(bare, "/v1/models", null), text());
      assertThat(JSON.readTree(models.body()))
          .isEqualTo(JSON.readTree("{\"object\":\"list\",\"data\":[]}"));

      var answer = client.send(at(bare, "/v1/completions", "{\"prompt\":\"x\"}"), text());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(error(answer).path("message").stringValue()).contains("ATHANOR_LANGUAGE_URL");
    }
  }

  @Test
  void theConfiguredModelIsListed() throws Exception {
    var models = client.send(at(service, "/v1/models", null), text());

    assertThat(JSON.readTree(models.body()).at("/data/0/id").stringValue()).isEqualTo("small");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"max_tokens":1} | 400 | prompt: missing
          [1]              | 400 | body: not an object
          {                | 400 | 1
          """)
  void aBadRequestIsRefused(String body, int status, String message) throws Exception {
    var answer = post("/v1/completions", body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(error(answer).path("message").stringValue()).contains(message);
  }

  @Test
  void aBodyAboveTheLimitIsA413() throws Exception {
    var answer = post("/v1/completions", "{\"prompt\":\"%s\"}".formatted("x".repeat(11_000)));

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  private static HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return client.send(request(path, json), text());
  }

  private static HttpRequest request(String path, String json) {
    return at(service, path, json);
  }

  /// @param json null to GET
  private static HttpRequest at(
      ConfigurableApplicationContext where, String path, @Nullable String json) {
    var request =
        HttpRequest.newBuilder(PromptService.at(where, path)).timeout(Duration.ofSeconds(60));
    return json == null
        ? request.build()
        : request
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return BodyHandlers.ofString();
  }

  private static JsonNode error(HttpResponse<String> answer) {
    return JSON.readTree(answer.body()).path("error");
  }
}
