package dev.athanor.gateway;

import dev.athanor.gateway.upstream.Upstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole gateway on a free port, in front of services of the test's choice.
public final class RunningGateway implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient client = HttpClient.newHttpClient();
  private final ConfigurableApplicationContext context;
  private final URI address;

  private RunningGateway(ConfigurableApplicationContext context) {
    this.context = context;
    this.address =
        URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /// A service that is not among `services` is down.
  public static RunningGateway before(Map<Upstream, URI> services, String... settings) {
    var arguments = new ArrayList<String>();
    arguments.add("--server.port=0");
    for (var upstream : Upstream.values()) {
      var address = services.getOrDefault(upstream, TestService.nowhere());
      var name = upstream.name().toLowerCase(Locale.ROOT);
      arguments.add("--athanor.gateway.%s=%s".formatted(name, address));
    }
    for (var setting : settings) {
      arguments.add("--" + setting);
    }
    return new RunningGateway(
        new SpringApplicationBuilder(GatewayApplication.class)
            .run(arguments.toArray(String[]::new)));
  }

  public URI address() {
    return address;
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path));
  }

  public static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    client.shutdownNow();
    context.close();
  }
}
