package dev.athanor.platform.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.store.ObjectStore;
import io.minio.MinioClient;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.MediaType;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What callers of a service hear of errors, whoever finds them.
class ErrorsIT {
  private static final JsonMapper json = JsonMapper.shared();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static ConfigurableApplicationContext service;

  @BeforeAll
  static void start() {
    service = new SpringApplicationBuilder(Failing.class).run("--server.port=0");
  }

  @AfterAll
  static void stop() {
    client.shutdownNow();
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/embeddings, 405",
    "POST, /v1/embeddings, 415",
    "POST, /v1/models, 404",
    "GET, /v1/models/nothing, 404",
    "PUT, /v1/completions, 405",
    "PUT, /v1/chat/completions, 404"
  })
  void openAisPathsAnswerWithItsErrorObject(String method, String path, int status) {
    var answer = send(method, path, "text/plain");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    var error = read(answer).path("error");
    assertThat(error.path("message").asString("")).isNotEmpty();
    assertThat(error.path("type").asString("")).endsWith("_error");
    assertThat(error.has("param")).isTrue();
    assertThat(error.has("code")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/models/m/infer, 405",
    "GET, /v2/models/m/config, 404",
    "GET, /v2/repository/index, 404",
    "GET, /v2, 404"
  })
  void inferencePathsAnswerWithTheProtocolsError(String method, String path, int status) {
    var answer = send(method, path, "text/plain");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(read(answer).path("error").asString("")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/models/m/embed, 405",
    "POST, /v1/models/m/embed, 415",
    "GET, /v1/embedding, 404"
  })
  void otherPathsAnswerWithProblemDetails(String method, String path, int status) {
    var answer = send(method, path, "text/plain");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(read(answer).path("status").asInt()).isEqualTo(status);
  }

  @Test
  void aQueryThatNoDatabaseTakesIsRefused() {
    var answer = send("GET", "/fail/bug?limit=1&after=a%00b", "text/plain");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(read(answer).path("detail").asString(""))
        .isEqualTo("\"after=a%00b\": U+0000 in it (expected: text without)");
  }

  @Test
  void aBodyOfAnotherTypeHearsWhichTypesThereAre() {
    var form = send("POST", "/v1/models/m/embed", "application/x-www-form-urlencoded");
    assertThat(read(form).path("detail").asString(""))
        .isEqualTo(
            "Content-Type: \"application/x-www-form-urlencoded\" (expected: one of [image/png,"
                + " image/jpeg])");
    assertThat(form.headers().firstValue("Accept")).hasValue("image/png, image/jpeg");
  }

  @ParameterizedTest
  @CsvSource({
    "no-connection, the database",
    "no-transaction, the database",
    "no-lock, the database",
    "no-store, the object store"
  })
  void whatWasAwayForAMomentMayBeAskedAgain(String failure, String away) {
    var answer = send("GET", "/fail/" + failure, "text/plain");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(read(answer).path("detail").asString(""))
        .isEqualTo("service: %s did not answer (expected: another try)".formatted(away));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duplicate", "misuse", "bug"})
  void otherFailuresAreTheServicesOwn(String failure) {
    var answer = send("GET", "/fail/" + failure, "text/plain");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/completions", "/v2/models/m/stream", "/fail/midway"})
  void anAnswerThatBreaksOffDoesNotLookWhole(String path) {
    var request = HttpRequest.newBuilder(address(path)).timeout(Duration.ofSeconds(20)).build();
    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  private static HttpResponse<byte[]> send(String method, String path, String type) {
    var request =
        HttpRequest.newBuilder(address(path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString("x"))
            .build();
    return client.sendAsync(request, BodyHandlers.ofByteArray()).join();
  }

  private static URI address(String path) {
    var port = service.getEnvironment().getProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static JsonNode read(HttpResponse<byte[]> answer) {
    return json.readTree(answer.body());
  }

  @EnableAutoConfiguration
  @Import(FailingController.class)
  static class Failing {}

  @RestController
  static class FailingController {
    private final ObjectStore nowhere =
        new ObjectStore(
            MinioClient.builder()
                .endpoint("http://127.0.0.1:1")
                .region("us-east-1")
                .credentials("key", "secret")
                .build());

    @PostMapping(path = "/v1/embeddings", consumes = MediaType.APPLICATION_JSON_VALUE)
    void embeddings() {}

    @PostMapping("/v2/models/{model}/infer")
    void infer(@PathVariable String model) {}

    @PostMapping(
        path = "/v1/models/{model}/embed",
        consumes = {MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE})
    void embed(@PathVariable String model) {}

    @GetMapping({"/v1/completions", "/v2/models/m/stream", "/fail/midway"})
    void midway(HttpServletResponse answer) throws IOException {
      answer.getOutputStream().write("the first half".getBytes(UTF_8));
      answer.flushBuffer();
      throw new IOException("the other half is lost");
    }

    @GetMapping("/fail/{failure}")
    Map<String, String> fail(@PathVariable String failure) {
      throw switch (failure) {
        case "no-connection" -> new CannotGetJdbcConnectionException("refused");
        case "no-transaction" -> new CannotCreateTransactionException("refused");
        case "no-lock" -> new CannotAcquireLockException("taken");
        case "no-store" -> lost();
        case "duplicate" -> new DataIntegrityViolationException("taken");
        case "misuse" -> new IllegalTransactionStateException("none");
        default -> new IllegalStateException(failure);
      };
    }

    private RuntimeException lost() {
      nowhere.get("bucket", "key");
      throw new AssertionError("something listens");
    }
  }
}
