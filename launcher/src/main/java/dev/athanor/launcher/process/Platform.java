package dev.athanor.launcher.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A platform on this machine, as seen from the command line: it starts the supervisor in the
/// background, waits for it, and stops it.
public final class Platform {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);

  private final Path project;
  private final DataFolder folder;

  public Platform(Path project, DataFolder folder) {
    this.project = project;
    this.folder = folder;
  }

  public DataFolder folder() {
    return folder;
  }

  /// The record of the platform, if its supervisor lives.
  public Optional<Running> running() {
    return Running.read(folder).filter(Running::alive);
  }

  /// The same, after what another command has begun: a platform that is starting is waited for, and
  /// so is the end of one that is stopping or has failed.
  ///
  /// @param progress told what is waited for
  public Optional<Running> settled(Consumer<String> progress)
      throws InterruptedException, IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var said = "";
    while (true) {
      var found = running();
      if (found.isEmpty() || found.get().up()) {
        return found;
      }
      if (!found.get().state().equals(said)) {
        said = found.get().state();
        progress.accept("the platform is %s for another command; waiting".formatted(said));
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the platform is still %s after %d s; see %s"
                .formatted(said, PATIENCE.toSeconds(), folder.log("supervisor")));
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  /// Starts the supervisor in the background and waits until every service is ready, as long as one
  /// more becomes ready in each four minutes.
  ///
  /// @param progress told what has become ready, a line each
  public Running up(Ports ports, Consumer<String> progress)
      throws IOException, InterruptedException {
    clearOrphans();
    ports.requireFree();
    Files.createDirectories(folder.log("supervisor").getParent());
    var supervisor = startSupervisor(ports);
    var health = new Health(ports);
    var waiting = new ArrayList<>(List.of(Service.values()));
    long advanced = System.nanoTime();
    boolean serversSaid = false;
    while (System.nanoTime() - advanced < PATIENCE.toNanos()) {
      boolean dead = !supervisor.isAlive(); // asked first: its last words are in the record
      var record = Running.read(folder);
      if (record.isPresent() && record.get().state().startsWith("failed")) {
        throw new IOException(
            "%s; see %s".formatted(record.get().state(), folder.log("supervisor")));
      }
      if (dead) {
        throw new IOException(
            "the supervisor ended with code %d; see %s"
                .formatted(supervisor.exitValue(), folder.log("supervisor")));
      }
      if (!serversSaid && record.isPresent() && !record.get().children().isEmpty()) {
        serversSaid = true;
        advanced = System.nanoTime();
        progress.accept("PostgreSQL, Kafka and the object store run");
      }
      for (var service : List.copyOf(waiting)) {
        if (health.ready(service)) {
          waiting.remove(service);
          advanced = System.nanoTime();
          progress.accept(service.folder() + " is ready");
        }
      }
      if (waiting.isEmpty() && record.isPresent() && record.get().alive()) {
        return record.get();
      }
      Thread.sleep(LOOK_EVERY);
    }
    throw new IOException(
        "%s not ready, and nothing else became so for %d s; it goes on starting (./athanor status), and its logs are in %s"
            .formatted(
                waiting.stream().map(Service::folder).toList(),
                PATIENCE.toSeconds(),
                folder.log("supervisor").getParent()));
  }

  /// Stops everything; false if nothing ran.
  public boolean down() throws InterruptedException, TimeoutException, IOException {
    var running = running();
    if (running.isPresent()) {
      var supervisor = running.get().supervisor().handle();
      supervisor.ifPresent(ProcessHandle::destroy);
      await(() -> supervisor.isEmpty() || !supervisor.get().isAlive(), "the supervisor");
    }
    return clearOrphans() || running.isPresent();
  }

  /// Ends what a supervisor that was killed has left behind.
  private boolean clearOrphans() throws IOException, InterruptedException {
    var record = Running.read(folder);
    if (record.isEmpty() || record.get().alive()) {
      return false;
    }
    var children =
        record.get().children().values().stream()
            .flatMap(child -> child.handle().stream())
            .toList();
    children.forEach(ProcessHandle::destroy);
    for (var child : children) {
      if (!awaitEnd(child)) {
        child.destroyForcibly();
      }
    }
    boolean postgres = endPostgres();
    Running.forget(folder);
    return postgres || !children.isEmpty();
  }

  /// PostgreSQL is a process of its own and writes its number into its data folder.
  private boolean endPostgres() throws IOException, InterruptedException {
    var file = folder.postgres().resolve("data").resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
    var process =
        ProcessHandle.of(pid).filter(it -> it.info().command().orElse("").endsWith("postgres"));
    if (process.isPresent()) {
      // A fast shutdown: PostgreSQL rolls back what is open and writes a checkpoint.
      new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
      if (!awaitEnd(process.get())) {
        process.get().destroyForcibly();
      }
    }
    return process.isPresent();
  }

  private static boolean awaitEnd(ProcessHandle process) throws InterruptedException {
    try {
      await(() -> !process.isAlive(), "process " + process.pid());
      return true;
    } catch (TimeoutException stillThere) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition, String what)
      throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "%s did not stop within %d s".formatted(what, STOP_PATIENCE.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /// In a session of its own, so that Ctrl-C on the terminal reaches the command and not the
  /// platform.
  private Process startSupervisor(Ports ports) throws IOException {
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.addAll(
        List.of(
            ServiceLauncher.java(),
            "-Xmx768m",
            "-XX:+UseSerialGC",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dathanor.project=" + project,
            "-Dlogback.configurationFile=logback-launcher.xml",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.athanor.launcher.command.Athanor",
            "supervise",
            "--data",
            folder.root().toString(),
            "--port",
            Integer.toString(ports.gateway()),
            "--base-port",
            Integer.toString(ports.base())));
    var log = ProcessBuilder.Redirect.appendTo(folder.log("supervisor").toFile());
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
  }
}
