package dev.athanor.gateway.status;

import dev.athanor.gateway.status.PlatformStatus.Service;
import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.gateway.upstream.UpstreamClient;
import dev.athanor.gateway.upstream.UpstreamException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/// Asks all services at once how they are.
@Component
class Survey {
  private final UpstreamClient client;
  private final Clock clock;

  Survey(UpstreamClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /// The state of each service, the gateway first; takes no longer than the slowest of them.
  PlatformStatus take() throws InterruptedException {
    var services = new ArrayList<Service>();
    services.add(new Service("gateway", "UP", 0.0, null));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          Arrays.stream(Upstream.values())
              .map(upstream -> threads.submit((Callable<Service>) () -> ask(upstream)))
              .toList();
      for (var answer : asked) {
        services.add(answer.get());
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a probe failed", failure.getCause());
    }
    return new PlatformStatus(clock.instant(), services);
  }

  private Service ask(Upstream upstream) throws InterruptedException {
    try {
      var started = System.nanoTime();
      var health = client.ask(upstream, "/actuator/health").body();
      var latencyMillis = Math.round((System.nanoTime() - started) / 1e4) / 100.0;
      var state = health.path("status").asString("UNKNOWN");
      return new Service(upstream.service(), state, latencyMillis, null);
    } catch (UpstreamException failure) {
      return new Service(upstream.service(), "UNREACHABLE", null, failure.getMessage());
    }
  }
}
