package dev.athanor.prompt.language;

import dev.athanor.prompt.PromptApplication;
import dev.athanor.testkit.Servers;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The service itself, on a port of its own.
final class PromptService {
  private PromptService() {}

  static ConfigurableApplicationContext running(String... settings) {
    var arguments = new ArrayList<>(List.of(settings));
    arguments.add("--server.port=0");
    arguments.add("--athanor.kafka.bootstrap-servers=" + Servers.bootstrapServers());
    return new SpringApplicationBuilder(PromptApplication.class)
        .run(arguments.toArray(String[]::new));
  }

  static int port(ConfigurableApplicationContext service) {
    return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  static URI at(ConfigurableApplicationContext service, String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port(service), path));
  }
}
