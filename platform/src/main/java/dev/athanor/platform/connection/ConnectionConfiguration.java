package dev.athanor.platform.connection;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/// Watches the connections of a service's requests.
@AutoConfiguration
public class ConnectionConfiguration {
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> watchedConnections() {
    return tomcat -> tomcat.addContextValves(new Connection());
  }
}
