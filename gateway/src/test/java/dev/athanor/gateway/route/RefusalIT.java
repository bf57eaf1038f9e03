package dev.athanor.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.gateway.RunningGateway;
import dev.athanor.gateway.Zeros;
import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/// A service's refusal of an upload reaches the caller, through the gateway and back, whenever the
/// service makes up its mind. The service is built like ours: Spring Boot, Tomcat, `platform`.
@Timeout(120)
class RefusalIT {
  private static final int MEGABYTES = 32;

  private static ConfigurableApplicationContext service;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    service = new SpringApplicationBuilder(Refusing.class).run("--server.port=0");
    var port = service.getEnvironment().getProperty("local.server.port");
    var address = URI.create("http://localhost:" + port);
    gateway = RunningGateway.before(Map.of(Upstream.AUGMENTATION, address));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    service.close();
  }

  @RepeatedTest(20)
  void aRefusalBeforeTheBody() throws Exception {
    refused("/v1/datasets/at-once", "the version is READY (expected: UPLOADING)");
  }

  @RepeatedTest(20)
  void aRefusalInTheMiddleOfTheBody() throws Exception {
    refused("/v1/datasets/in-the-middle", "the file is longer than 1 MiB");
  }

  private static void refused(String path, String reason) throws Exception {
    var answer =
        gateway.send(
            gateway
                .request(path)
                .PUT(BodyPublishers.ofInputStream(() -> new Zeros((long) MEGABYTES << 20))));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(RunningGateway.json(answer).path("detail").asString()).isEqualTo(reason);
  }

  @EnableAutoConfiguration
  @Import(RefusingController.class)
  static class Refusing {}

  @RestController
  static class RefusingController {
    @PutMapping("/v1/datasets/at-once")
    void atOnce() {
      throw Problem.conflict("the version is READY (expected: UPLOADING)");
    }

    @PutMapping("/v1/datasets/in-the-middle")
    void inTheMiddle(HttpServletRequest request) throws IOException {
      request.getInputStream().readNBytes(1 << 20);
      throw Problem.conflict("the file is longer than 1 MiB");
    }
  }
}
