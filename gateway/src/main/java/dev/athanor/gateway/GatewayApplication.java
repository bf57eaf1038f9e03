package dev.athanor.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {
  /// Shorter than the 20 s after which a service closes an idle connection, so that no request is
  /// ever sent on a connection that the service is just closing.
  private static final String IDLE_CONNECTION_SECONDS = "10";

  public static void main(String[] arguments) {
    System.setProperty("jdk.httpclient.keepalive.timeout", IDLE_CONNECTION_SECONDS);
    SpringApplication.run(GatewayApplication.class, arguments);
  }
}
