package dev.athanor.trainer.worker;

import dev.athanor.platform.identity.IdSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
  @Bean
  WorkerName workerName(IdSource ids) {
    return new WorkerName(host() + "/" + ids.next());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "unnamed host";
    }
  }
}
