package dev.athanor.endtoend;

import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.process.DataFolder;
import dev.athanor.launcher.process.Health;
import dev.athanor.launcher.process.Ports;
import dev.athanor.launcher.process.Service;
import dev.athanor.launcher.process.ServiceLauncher;
import dev.athanor.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The five services as child processes. Each can be killed and started again, and more instances
/// of one can be started beside it. All platforms of this module share a folder, so that a service
/// is unpacked once.
final class RunningPlatform implements AutoCloseable {
  static final DataFolder FOLDER = new DataFolder(project().resolve("benchmarks/target/platform"));

  /// A service does little in most tests but start, which the quick compiler shortens.
  static final Map<String, String> QUICK = Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Map<String, String> settings = new HashMap<>(Servers.properties());
  private final Set<Service> busy;
  private final Ports ports;
  private final ServiceLauncher launcher;
  private final Health health;
  private final Map<Service, Process> running = new EnumMap<>(Service.class);

  /// @param own settings of all services that differ from the defaults
  /// @param busy services that hash or decode so much that the optimising compiler is worth its
  ///   time
  RunningPlatform(Map<String, String> own, Service... busy) {
    settings.putAll(own);
    this.busy = Set.of(busy);
    ports = freePorts();
    launcher = new ServiceLauncher(project(), FOLDER, ports);
    health = new Health(ports);
  }

  /// Starts the services, and waits until they are ready.
  RunningPlatform start(Service... services) throws IOException {
    for (var service : services) {
      running.put(service, launcher.start(service, service.folder(), settings(service)));
    }
    for (var service : services) {
      await(service.folder() + " is ready; its log is " + log(service))
          .atMost(PATIENCE)
          .failFast("it ended", () -> !process(service).isAlive())
          .until(() -> health.ready(service));
    }
    return this;
  }

  /// Another instance on a port of its own, ready.
  Process another(Service service, String name) throws IOException {
    var own = settings(service);
    int port = Servers.freePort();
    own.put("SERVER_PORT", Integer.toString(port));
    var process = launcher.start(service, name, own);
    await(name + " is ready; its log is " + FOLDER.log(name))
        .atMost(PATIENCE)
        .failFast("it ended", () -> !process.isAlive())
        .until(() -> isReady(port));
    return process;
  }

  private Map<String, String> settings(Service service) {
    var all = new HashMap<>(busy.contains(service) ? Map.<String, String>of() : QUICK);
    all.putAll(settings);
    return all;
  }

  private static boolean isReady(int port) throws InterruptedException {
    var readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(2)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /// SIGKILL: no hook runs, nothing is flushed.
  void kill(Service service) throws InterruptedException {
    kill(process(service));
  }

  private Process process(Service service) {
    return Objects.requireNonNull(running.get(service), service.folder());
  }

  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("process %d outlives SIGKILL".formatted(process.pid()));
    }
  }

  Gateway gateway() {
    return new Gateway(url(Service.GATEWAY));
  }

  String url(Service service) {
    return ports.url(service);
  }

  int grpcPort() {
    return ports.grpc();
  }

  Path log(Service service) {
    return FOLDER.log(service.folder());
  }

  String setting(String name) {
    return Objects.requireNonNull(settings.get(name), name);
  }

  @Override
  public void close() throws InterruptedException {
    running.values().forEach(Process::destroy);
    for (var process : running.values()) {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        kill(process);
      }
    }
  }

  /// The folder that holds the modules, whichever of them the test runs in.
  static Path project() {
    var here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("trainer-service"))
        ? here
        : here.resolve("..").normalize();
  }

  static Ports freePorts() {
    for (int attempt = 0; attempt < 50; attempt++) {
      try {
        var ports = new Ports(Servers.freePort(), Servers.freePort());
        ports.requireFree();
        return ports;
      } catch (IllegalStateException taken) {
        continue;
      }
    }
    throw new IllegalStateException("no ten free ports in a row");
  }
}
