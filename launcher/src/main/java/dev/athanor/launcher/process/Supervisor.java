package dev.athanor.launcher.process;

import dev.athanor.launcher.embedded.KafkaBroker;
import dev.athanor.launcher.embedded.PostgresServer;
import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.launcher.process.Running.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/// The process that holds a platform: the embedded servers inside it, the services as its children.
/// A service that dies is started again, after a pause that doubles each time it dies soon.
public final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STABLE = Duration.ofMinutes(1);

  private final DataFolder folder;
  private final Ports ports;
  private final ServiceLauncher launcher;
  private final Health health;
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final Map<Service, Child> children = new EnumMap<>(Service.class);
  private String state = Running.STARTING;
  private volatile boolean stopping;

  private record Child(Process process, long startedAtNanos, Duration pause) {}

  public Supervisor(java.nio.file.Path project, DataFolder folder, Ports ports) {
    this.folder = folder;
    this.ports = ports;
    this.launcher = new ServiceLauncher(project, folder, ports);
    this.health = new Health(ports);
  }

  /// Starts everything and watches over it until the process is asked to end.
  public void run() throws InterruptedException {
    // Hooks run at the same time, and the library that runs PostgreSQL has one that ends it.
    Signal.handle(new Signal("TERM"), _ -> stopAndExit());
    Signal.handle(new Signal("INT"), _ -> stopAndExit());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    record().write(folder);
    try {
      startServers();
      for (var service : Service.values()) {
        start(service, Duration.ofSeconds(1));
      }
    } catch (IOException | RuntimeException failure) {
      log.error("the platform did not start", failure);
      enter("failed: " + failure.getMessage());
      System.exit(1);
    }
    while (true) {
      watch();
      Thread.sleep(LOOK_EVERY);
    }
  }

  private void startServers() {
    var postgres =
        CompletableFuture.supplyAsync(
            () -> PostgresServer.start(folder.postgres(), ports.postgres()));
    var kafka =
        CompletableFuture.supplyAsync(
            () -> KafkaBroker.start(folder.kafka(), ports.kafka(), ports.kafkaController()));
    var s3 = S3Server.start(folder.s3(), ports.s3());
    synchronized (this) {
      servers.add(s3);
      servers.add(kafka.join());
      servers.add(postgres.join());
    }
    log.info("PostgreSQL, Kafka and the object store run");
  }

  private synchronized void start(Service service, Duration pause) throws IOException {
    if (!stopping) {
      children.put(service, new Child(launcher.start(service), System.nanoTime(), pause));
      write();
    }
  }

  private void watch() throws InterruptedException {
    boolean allReady = !stopping;
    for (var service : Service.values()) {
      var child = children.get(service);
      if (!stopping && child != null && !child.process().isAlive()) {
        allReady = false;
        restart(service, child);
      } else if (state.equals(Running.STARTING)) {
        allReady &= health.ready(service);
      }
    }
    if (allReady && state.equals(Running.STARTING)) {
      log.info("all services are ready");
      enter(Running.UP);
    }
  }

  private void restart(Service service, Child dead) throws InterruptedException {
    var lived = Duration.ofNanos(System.nanoTime() - dead.startedAtNanos());
    var pause = lived.compareTo(STABLE) > 0 ? Duration.ofSeconds(1) : dead.pause();
    log.warn(
        "{} ended with code {}; it starts again in {} s",
        service.folder(),
        dead.process().exitValue(),
        pause.toSeconds());
    Thread.sleep(pause);
    var longer = pause.multipliedBy(2);
    try {
      start(service, longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer);
    } catch (IOException failure) {
      log.error("{} could not be started again", service.folder(), failure);
    }
  }

  private synchronized void enter(String newState) {
    if (!stopping) {
      state = newState;
      write();
    }
  }

  /// A record that cannot be written, as on a full disk, keeps nothing from starting or stopping.
  private synchronized void write() {
    try {
      record().write(folder);
    } catch (UncheckedIOException failure) {
      log.error("the platform is {}, and its record cannot say so", state, failure);
    }
  }

  private Running record() {
    var processes = new TreeMap<String, ProcessId>();
    children.forEach(
        (service, child) ->
            processes.put(service.folder(), ProcessId.of(child.process().toHandle())));
    return new Running(ports, state, ProcessId.of(ProcessHandle.current()), processes);
  }

  private void stopAndExit() {
    try {
      stop();
    } finally {
      System.exit(0);
    }
  }

  /// The services first, so that none of them meets a server that has gone.
  private synchronized void stop() {
    if (stopping) {
      return;
    }
    if (!state.startsWith("failed")) {
      enter(Running.STOPPING);
    }
    stopping = true;
    children.values().forEach(child -> child.process().destroy());
    long deadline = System.nanoTime() + GRACE.toNanos();
    for (var child : children.values()) {
      try {
        if (!child.process().waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          child.process().destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        child.process().destroyForcibly();
      }
    }
    for (var server : servers) {
      try {
        server.close();
      } catch (Exception failure) {
        log.error("a server did not stop", failure);
      }
    }
    if (!state.startsWith("failed")) {
      Running.forget(folder);
    }
  }
}
