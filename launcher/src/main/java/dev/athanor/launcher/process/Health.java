package dev.athanor.launcher.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Asks a service whether it is ready.
public final class Health {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Ports ports;

  public Health(Ports ports) {
    this.ports = ports;
  }

  /// Whether the service answers that it is ready, within two seconds.
  public boolean ready(Service service) throws InterruptedException {
    var readiness = URI.create(ports.url(service) + "/actuator/health/readiness");
    var request = HttpRequest.newBuilder(readiness).timeout(PATIENCE).build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }
}
