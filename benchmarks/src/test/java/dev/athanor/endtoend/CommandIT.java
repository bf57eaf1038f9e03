package dev.athanor.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.process.DataFolder;
import dev.athanor.launcher.process.Ports;
import dev.athanor.launcher.process.Running;
import dev.athanor.launcher.process.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./athanor` as somebody at a terminal meets it.
class CommandIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private final Ports ports = RunningPlatform.freePorts();

  private record Said(int exit, String text) {}

  @AfterEach
  void down() throws Exception {
    if (Files.exists(data())) {
      athanor("down");
    }
  }

  /// One platform through its whole life, since it takes a while to start.
  @Test
  void aPlatformStartsTellsOfItselfSurvivesAndStops() throws Exception {
    var url = "http://127.0.0.1:" + ports.gateway();
    assertThat(athanor("status").exit()).isEqualTo(1);

    aSupervisorThatDiesWhileItStartsIsNotWaitedFor();
    shareApplications();
    var up = up();
    assertThat(up.exit()).as(up.text()).isZero();
    assertThat(up.text())
        .contains("PostgreSQL, Kafka and the object store run")
        .contains("trainer-service is ready")
        .contains("Athanor is up: " + url);

    assertThat(up().text()).contains("Athanor is up already: " + url);
    assertThat(athanor("status").text().lines().filter(line -> line.contains(" ready ")))
        .hasSize(Service.values().length);
    assertThat(athanor("logs", "gateway").text().lines())
        .filteredOn(line -> !line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS"))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("gateway | "));
    assertThat(athanor("logs", "nobody"))
        .matches(said -> said.exit() != 0)
        .matches(said -> said.text().contains("nobody (expected: one of "));
    anotherOnTheSamePortsIsRefused();

    new Gateway(url).post("/v1/datasets/kept/versions", Map.of());
    aServiceThatIsKilledComesBack();
    aSupervisorThatIsKilledLosesNothing(url);

    whoStartsWhileItStopsWaitsForItsEnd();
    servicesStopBeforeTheirServers();
    assertThat(athanor("down").text()).contains("Athanor was not up.");
    assertThat(running().isEmpty()).isTrue();
  }

  private void aSupervisorThatDiesWhileItStartsIsNotWaitedFor() throws Exception {
    try (var commands = Executors.newVirtualThreadPerTaskExecutor()) {
      var up = commands.submit(this::up);
      await("it is starting")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> running().isPresent());
      running().orElseThrow().supervisor().handle().orElseThrow().destroyForcibly();

      assertThat(up.get().exit()).isEqualTo(1);
      assertThat(up.get().text()).contains("the supervisor ended with code 137; see ");
    }
  }

  /// Beside services that are unpacked already lie the classes that they have loaded.
  private void shareApplications() throws IOException {
    var own = new DataFolder(data()).applications();
    Files.createDirectories(own.getParent());
    var shared = RunningPlatform.FOLDER.applications();
    Files.createSymbolicLink(own, Files.createDirectories(shared));
  }

  private void anotherOnTheSamePortsIsRefused() throws Exception {
    var other =
        run(
            "up",
            "--data",
            folder.resolve("other").toString(),
            "--port",
            Integer.toString(ports.gateway()),
            "--base-port",
            Integer.toString(ports.base()));

    assertThat(other.exit()).isNotZero();
    assertThat(other.text()).contains(Integer.toString(ports.gateway())).contains("--port");
  }

  private void aServiceThatIsKilledComesBack() throws Exception {
    var before = Objects.requireNonNull(running().orElseThrow().children().get("prompt-service"));
    before.handle().orElseThrow().destroyForcibly();

    await("prompt-service is back")
        .atMost(PATIENCE)
        .until(() -> !before.equals(running().orElseThrow().children().get("prompt-service")));
    await("all are ready").atMost(PATIENCE).until(() -> athanor("status").exit() == 0);
  }

  private void aSupervisorThatIsKilledLosesNothing(String url) throws Exception {
    var supervisor = running().orElseThrow().supervisor().handle().orElseThrow();
    supervisor.destroyForcibly();
    await("the supervisor has gone").atMost(PATIENCE).until(() -> !supervisor.isAlive());
    assertThat(athanor("status").exit()).isEqualTo(1);

    assertThat(up().exit()).isZero();

    var kept = new Gateway(url).get("/v1/datasets/kept/versions/1");
    assertThat(kept.path("state").asString()).isEqualTo("UPLOADING");
  }

  private void whoStartsWhileItStopsWaitsForItsEnd() throws Exception {
    var before = running().orElseThrow().supervisor();
    var stopping = before.handle().orElseThrow();
    stopping.destroy();
    await("it is stopping")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> running().map(Running::state).orElse("gone").equals("stopping"));
    var up = up();

    assertThat(up.exit()).as(up.text()).isZero();
    assertThat(up.text()).contains("the platform is stopping for another command; waiting");
    assertThat(running().orElseThrow().supervisor()).isNotEqualTo(before);
  }

  /// … even where the platform's record can no longer be written, as on a full disk, and while
  /// somebody follows events.
  private void servicesStopBeforeTheirServers() throws Exception {
    Files.createDirectory(data().resolve("running.json.new"));
    var trainer = new DataFolder(data()).log("trainer-service");
    int before = Files.readString(trainer).length();
    var events = ports.url(Service.AUGMENTATION) + "/v1/datasets/kept/versions/1/events";
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(events)).build();
      var followed = client.send(request, BodyHandlers.ofInputStream()).body();
      assertThat(followed.read()).isPositive();

      assertThat(athanor("down").text()).contains("Athanor is down.");
    }

    assertThat(Files.readString(trainer).substring(before))
        .contains("Graceful shutdown complete")
        .doesNotContain("Failed to validate connection", "could not be given back");
    assertThat(Files.readString(new DataFolder(data()).log("augmentation-service")))
        .doesNotContain("Graceful shutdown aborted");
  }

  @ParameterizedTest
  @CsvSource({
    "version, 0, athanor 0.1.0",
    "help, 0, demo",
    "'', 0, demo",
    "dance, 2, dance",
    "demo --minutes -1, 1, --minutes: -1.0 (expected: > 0)",
    "demo --dataset /no/such/place, 1, '/no/such/place is not there (expected: a file or a folder)'",
    "demo --test /tmp, 1, --dataset",
    "up --port 99999, 1, 99999"
  })
  void whatIsAskedIsAnsweredInALine(String arguments, int exit, String text) throws Exception {
    var said = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(said.text()).contains(text).doesNotContain("\tat ");
    assertThat(said.exit()).isEqualTo(exit);
  }

  private Optional<Running> running() {
    return Running.read(new DataFolder(data())).filter(Running::alive);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Said up() throws Exception {
    return athanor(
        "up",
        "--port",
        Integer.toString(ports.gateway()),
        "--base-port",
        Integer.toString(ports.base()));
  }

  private Said athanor(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(arguments));
    command.add("--data");
    command.add(data().toString());
    return run(command.toArray(String[]::new));
  }

  private Said run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(RunningPlatform.project().resolve("athanor").toString());
    command.addAll(List.of(arguments));
    var output = Files.createTempFile(folder, "said", ".txt");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .directory(folder.toFile());
    builder.environment().putAll(RunningPlatform.QUICK);
    var process = builder.start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    return new Said(process.exitValue(), Files.readString(output));
  }
}
