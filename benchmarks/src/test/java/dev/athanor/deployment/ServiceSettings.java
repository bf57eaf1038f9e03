package dev.athanor.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a service's `application.yaml` says of the outside world.
///
/// @param environment the variables that it reads
record ServiceSettings(String name, int port, Set<String> environment) {
  static final Path PROJECT =
      Files.isDirectory(Path.of("trainer-service")) ? Path.of("") : Path.of("..");

  private static final Pattern PORT = Pattern.compile("\\$\\{SERVER_PORT:(\\d+)}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*):");

  static List<ServiceSettings> all() {
    return List.of(
            "gateway",
            "augmentation-service",
            "trainer-service",
            "embedding-service",
            "prompt-service")
        .stream()
        .map(ServiceSettings::read)
        .toList();
  }

  private static ServiceSettings read(String service) {
    try {
      var yaml =
          Files.readString(PROJECT.resolve(service).resolve("src/main/resources/application.yaml"));
      var port = PORT.matcher(yaml);
      if (!port.find()) {
        throw new AssertionError(service + ": no SERVER_PORT in application.yaml");
      }
      var variables =
          VARIABLE.matcher(yaml).results().map(found -> found.group(1)).collect(Collectors.toSet());
      return new ServiceSettings(service, Integer.parseInt(port.group(1)), variables);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Every variable that some service reads, those of OpenTelemetry's that the framework does
  /// included.
  static Set<String> known() {
    return Stream.concat(
            all().stream().flatMap(service -> service.environment().stream()),
            Stream.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG"))
        .collect(Collectors.toSet());
  }
}
