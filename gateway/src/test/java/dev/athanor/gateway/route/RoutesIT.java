package dev.athanor.gateway.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.gateway.RunningGateway;
import dev.athanor.gateway.TestService;
import dev.athanor.gateway.upstream.Upstream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each path reaches its owner, unchanged.
class RoutesIT {
  private static final List<TestService> services = new ArrayList<>();
  private static final Map<Upstream, URI> addresses = new EnumMap<>(Upstream.class);
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    for (var upstream : Upstream.values()) {
      var service = TestService.start();
      service.on(
          "/",
          exchange -> {
            var type = exchange.getRequestHeaders().getFirst("Content-Type");
            exchange.getResponseHeaders().set("X-Seen-Content-Type", String.valueOf(type));
            var forwarded = new TreeMap<String, List<String>>();
            exchange
                .getRequestHeaders()
                .forEach(
                    (name, values) -> {
                      if (name.toLowerCase(Locale.ROOT).contains("forwarded")) {
                        forwarded.put(name.toLowerCase(Locale.ROOT), values);
                      }
                    });
            exchange.getResponseHeaders().set("X-Seen-Forwarded", forwarded.toString());
            TestService.answer(
                exchange,
                200,
                "text/plain; charset=utf-8",
                "%s %s %s %s"
                    .formatted(
                        upstream.service(),
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1)));
          });
      services.add(service);
      addresses.put(upstream, service.address());
    }
    gateway = RunningGateway.before(addresses);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    services.forEach(TestService::close);
  }

  @ParameterizedTest
  @CsvSource({
    "augmentation-service, /v1/datasets",
    "augmentation-service, /v1/datasets/fashion-mnist/versions/1/samples?split=test&after=0",
    "augmentation-service, /v1/tokenizers/books/file",
    "trainer-service, /v1/runs?state=RUNNING",
    "trainer-service, /v1/runs/01JX/events",
    "trainer-service, /v1/sweeps",
    "trainer-service, /v1/evaluations/1",
    "trainer-service, /v1/plans",
    "trainer-service, /v1/registry/models/m/versions",
    "trainer-service, /v1/registry/models/m/versions/2/files/model.onnx",
    "trainer-service, /v1/registry/imports/01",
    "embedding-service, /v1/embeddings",
    "embedding-service, /v1/models/m/embed",
    "embedding-service, /v1/embedding-jobs/1",
    "embedding-service, /v1/embedding-jobs/1/files/part-00000.parquet",
    "embedding-service, /v1/indexes",
    "embedding-service, /v1/indexes/pictures/entries/delete",
    "embedding-service, /v1/indexes/pictures/query",
    "embedding-service, /v2",
    "embedding-service, /v2/health/ready",
    "embedding-service, /v2/models/m/versions/3/infer",
    "embedding-service, /v2/models/m/infer",
    "prompt-service, /v1/completions",
    "prompt-service, /v1/chat/completions"
  })
  void aPathReachesItsOwner(String owner, String path) throws Exception {
    assertThat(gateway.get(path).body().strip()).isEqualTo(owner + " GET " + path);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/runs/a%20b",
    "/v1/runs?name=a%2Bb+c%26d",
    "/v1/runs?state=RUNNING&state=QUEUED&limit=5",
    "/v1/datasets/%C3%A9t%C3%A9/versions"
  })
  void pathAndQueryArriveWithTheSameMeaning(String path) throws Exception {
    var seen = URI.create(gateway.get(path).body().strip().split(" ")[2]);
    var sent = URI.create(path);
    assertThat(seen.getRawPath()).isEqualTo(sent.getRawPath());
    assertThat(parameters(seen)).isEqualTo(parameters(sent));
  }

  @ParameterizedTest
  @CsvSource({"POST", "PUT", "PATCH", "DELETE"})
  void aBodyThatCallsItselfAFormIsNotTouched(String method) throws Exception {
    var body = "\u0089PNG=%zz&a=1&&=\u00ff";
    var answer =
        gateway.send(
            gateway
                .request("/v1/models/m/embed?b=2")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString(body, ISO_8859_1)));
    assertThat(answer.body())
        .isEqualTo("embedding-service " + method + " /v1/models/m/embed?b=2 " + body);
    assertThat(answer.headers().firstValue("X-Seen-Content-Type"))
        .contains("application/x-www-form-urlencoded");
  }

  @Test
  void aServiceHearsWhereItsCallerCallsFrom() throws Exception {
    assertThat(forwarded(gateway, Map.of())).isEqualTo("{x-forwarded-for=[127.0.0.1]}");
    // The gateway trusts a proxy on its own machine.
    var proxied =
        Map.of("X-Forwarded-For", "203.0.113.7, 198.51.100.1", "X-Forwarded-Host", "elsewhere");
    assertThat(forwarded(gateway, proxied)).isEqualTo("{x-forwarded-for=[198.51.100.1]}");
    try (var other =
        RunningGateway.before(addresses, "server.tomcat.remoteip.internal-proxies=192.0.2.0/24")) {
      var made =
          Map.of("X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7;host=elsewhere");
      assertThat(forwarded(other, made)).isEqualTo("{x-forwarded-for=[127.0.0.1]}");
    }
  }

  private static String forwarded(RunningGateway gateway, Map<String, String> headers)
      throws Exception {
    var request = gateway.request("/v1/models/m/embed");
    headers.forEach(request::header);
    return gateway.send(request).headers().firstValue("X-Seen-Forwarded").orElseThrow();
  }

  @Test
  void anUnknownPathIsAProblemThatNamesIt() throws Exception {
    var answer = gateway.get("/v1/nothing");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\\\"/v1/nothing\\\" (expected:");
  }

  /// The services' own routes among themselves.
  @Test
  void whatIsInternalIsUnknown() throws Exception {
    for (var path : List.of("/internal/trials", "/v1/registry/models/../../../internal/trials")) {
      var answer =
          gateway.send(gateway.request(path).POST(BodyPublishers.ofString("{\"holdSeconds\": 9}")));
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).doesNotContain("trainer-service");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/runs/../../actuator/env", "/v1/runs/%2e%2e/%2E./actuator/env"})
  void aPathThatClimbsOutOfItsRouteIsUnknown(String path) throws Exception {
    var answer = gateway.get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("trainer-service");
  }

  private static List<String> parameters(URI address) {
    var query = address.getRawQuery();
    return query == null
        ? List.of()
        : Stream.of(query.split("&")).map(pair -> URLDecoder.decode(pair, UTF_8)).toList();
  }
}
