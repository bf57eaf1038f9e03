package dev.athanor.trainer.worker;

import dev.athanor.platform.identity.IdSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
  @Bean
  WorkerName workerName(IdSource ids) {
    return new WorkerName(host() + "/" + ids.next());
  }

  /// Part of liveness: a process whose worker has died takes nothing more. One without the worker's
  /// role lives.
  @Bean
  HealthIndicator workerHealthIndicator(ObjectProvider<Worker> workers) {
    return () ->
        workers.stream().anyMatch(Worker::isDead)
            ? Health.down().withDetail("reason", "the worker's thread has ended").build()
            : Health.up().build();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "unnamed host";
    }
  }
}
