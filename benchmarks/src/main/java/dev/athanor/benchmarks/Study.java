package dev.athanor.benchmarks;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.demo.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Long work through a platform's REST API alone: what is done stands in a state file, so that a
/// study can be stopped at any moment and started again.
final class Study {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING", "EVALUATING");
  private static final long LOOK_EVERY_MS = 1000;

  private final Gateway gateway;
  private final Path stateFile;
  private final Path tableFile;
  private final Function<ObjectNode, String> table;
  private final ObjectNode state;

  /// @param table Markdown of the results so far, by their keys
  Study(Gateway gateway, Path folder, Function<ObjectNode, String> table) throws IOException {
    this.gateway = gateway;
    this.stateFile = folder.resolve("state.json");
    this.tableFile = folder.resolve("table.md");
    this.table = table;
    this.state =
        Files.exists(stateFile)
            ? (ObjectNode) JSON.readTree(Files.readAllBytes(stateFile))
            : JSON.createObjectNode();
  }

  interface Work {
    JsonNode result() throws IOException, InterruptedException;
  }

  String table() {
    return table.apply(state);
  }

  /// The result of `work`, from the state file where it was done before.
  JsonNode once(String key, Work work) throws IOException, InterruptedException {
    if (!state.has(key)) {
      var result = work.result();
      state.set(key, result);
      var next = stateFile.resolveSibling("state.json.next");
      Files.write(next, JSON.writeValueAsBytes(state));
      Files.move(
          next, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(tableFile, table());
      System.out.println("done: " + key);
    }
    return state.get(key);
  }

  JsonNode ingest(Source source) throws IOException, InterruptedException {
    return once("dataset/" + source.name(), () -> uploaded(source));
  }

  private JsonNode uploaded(Source source) throws IOException, InterruptedException {
    var created = gateway.post("/v1/datasets/" + source.name() + "/versions", Map.of());
    var version =
        "/v1/datasets/%s/versions/%d".formatted(source.name(), created.path("version").asInt());
    for (var part : source.parts()) {
      try (var stream = part.opener().open()) {
        gateway.put("%s/files/%s/%s".formatted(version, part.split(), part.file()), stream);
      }
    }
    gateway.post(version + "/ingest", Map.of());
    return gateway.awaitReady(version, at -> {});
  }

  /// Asks for a run or an evaluation, or finds the one that was asked for before, and waits for its
  /// end.
  JsonNode finished(String path, Map<String, Object> body, String key)
      throws IOException, InterruptedException {
    var id = gateway.post(path, body, key).path("id").asString();
    while (true) {
      var found = gateway.get(path + "/" + id);
      var at = found.path("state").asString();
      if (at.equals("SUCCEEDED")) {
        return withMinutes((ObjectNode) found);
      }
      if (!UNDER_WAY.contains(at)) {
        throw new IOException(
            "%s/%s is %s: %s".formatted(path, id, at, found.path("reason").asString()));
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  /// Minutes of all threads of the engine, from start to end: an upper bound, for they wait at
  /// times.
  private static ObjectNode withMinutes(ObjectNode found) {
    var took =
        Duration.between(
            Instant.parse(found.path("startedAt").asString()),
            Instant.parse(found.path("finishedAt").asString()));
    int threads =
        found.has("plan")
            ? found.at("/plan/threads").asInt()
            : found.at("/conditions/threads").asInt();
    return found.put("cpuMinutes", took.toMillis() / 60e3 * threads);
  }
}
