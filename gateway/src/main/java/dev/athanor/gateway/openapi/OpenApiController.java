package dev.athanor.gateway.openapi;

import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.gateway.upstream.UpstreamClient;
import dev.athanor.gateway.upstream.UpstreamException;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.Arrays;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v3/api-docs/{service}`.
@RestController
class OpenApiController {
  private final UpstreamClient client;

  OpenApiController(UpstreamClient client) {
    this.client = client;
  }

  /// The service's own document, except that its operations are found at the gateway: the service
  /// knows itself only by the address at which the gateway called it.
  @GetMapping("/v3/api-docs/{service}")
  JsonNode document(@PathVariable String service) throws InterruptedException {
    var upstream = Upstream.named(service).orElseThrow(() -> unknown(service));
    try {
      var document = client.getSlowly(upstream, "/v3/api-docs");
      if (document instanceof ObjectNode fields) {
        fields.putArray("servers").addObject().put("url", "/");
      }
      return document;
    } catch (UpstreamException failure) {
      var message = "%s: %s".formatted(service, failure.getMessage());
      throw Problem.of(Kind.UNAVAILABLE, message, failure);
    }
  }

  private static Problem unknown(String service) {
    var known = Arrays.stream(Upstream.values()).map(Upstream::service).toList();
    return Problem.notFound(
        "service: %s (expected: one of %s)".formatted(Problem.quote(service), known));
  }
}
