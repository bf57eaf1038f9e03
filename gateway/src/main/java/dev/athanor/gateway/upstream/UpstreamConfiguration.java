package dev.athanor.gateway.upstream;

import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// One HTTP client for everything that the gateway sends.
@Configuration(proxyBeanMethods = false)
class UpstreamConfiguration {
  /// HTTP/1.1 only: the upgrade to HTTP/2 in clear text would hold up the first upload. Virtual
  /// threads, because the client reads a request's body, which may block, on its executor.
  @Bean(destroyMethod = "shutdownNow")
  HttpClient httpClient(UpstreamProperties properties) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(properties.connectTimeout())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }
}
