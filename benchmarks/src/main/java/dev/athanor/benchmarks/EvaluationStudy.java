package dev.athanor.benchmarks;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.demo.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Trains encoders by several objectives and judges them by every method of evaluation, through a
/// platform's REST API alone: what is done stands in a state file, so that the study can be stopped
/// at any moment and started again. `benchmarks/evaluation-study` runs it.
public final class EvaluationStudy {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING", "EVALUATING");
  private static final long LOOK_EVERY_MS = 1000;

  private final Gateway gateway;
  private final Path stateFile;
  private final Path tableFile;
  private final ObjectNode state;
  private final double epochs;

  private EvaluationStudy(Gateway gateway, Path folder, double epochs) throws IOException {
    this.gateway = gateway;
    this.stateFile = folder.resolve("state.json");
    this.tableFile = folder.resolve("table.md");
    this.state =
        Files.exists(stateFile)
            ? (ObjectNode) JSON.readTree(Files.readAllBytes(stateFile))
            : JSON.createObjectNode();
    this.epochs = epochs;
  }

  /// A data set of the study.
  ///
  /// @param seeds how often everything is done
  private record Subject(Source source, int seeds) {}

  /// Arguments: the gateway's URL, a folder for state and table, the folder of the data sets (or
  /// `shapes`), epochs of each run, seeds of the first data set.
  public static void main(String[] args) throws InterruptedException {
    try {
      var folder = Path.of(args[1]);
      var study = new EvaluationStudy(new Gateway(args[0]), folder, Double.parseDouble(args[3]));
      study.run(subjects(args[2], Integer.parseInt(args[4])));
    } catch (IOException failure) {
      System.out.println("stopped: " + failure.getMessage());
      System.exit(1);
    }
  }

  private static List<Subject> subjects(String data, int seeds) throws IOException {
    if (data.equals("shapes")) {
      return List.of(new Subject(Source.generated(1), seeds));
    }
    var folder = Path.of(data);
    return List.of(
        new Subject(Source.of(folder.resolve("fashion-mnist"), null, false), seeds),
        new Subject(
            Source.of(
                folder.resolve("cifar10-jpeg/train.tar.gz"),
                folder.resolve("cifar10-jpeg/test.tar.gz"),
                false),
            1));
  }

  private void run(List<Subject> subjects) throws IOException, InterruptedException {
    for (var subject : subjects) {
      var name = subject.source().name();
      var dataset = once("dataset/" + name, () -> ingest(subject.source()));
      for (int seed = 0; seed < subject.seeds(); seed++) {
        study(name, dataset, seed);
      }
    }
    print();
  }

  private void study(String name, JsonNode dataset, int seed)
      throws IOException, InterruptedException {
    for (var objective : StudySpecs.OBJECTIVES) {
      var spec = StudySpecs.run(objective, dataset, seed, epochs);
      var run =
          once(
              "run/%s/%s/%d".formatted(name, objective, seed),
              () -> finished("/v1/runs", spec, "run-%s-%s-%d".formatted(name, objective, seed)));
      var model =
          "%s@%d".formatted(run.at("/model/name").asString(), run.at("/model/version").asInt());
      if (objective.equals("simclr")) {
        evaluate(name, "random", StudySpecs.random(model, dataset, seed), seed);
        evaluate(name, "scratch", StudySpecs.scratch(model, dataset, seed, epochs), seed);
      }
      evaluate(name, objective, StudySpecs.frozen(model, dataset, seed), seed);
      evaluate(name, objective + ".tuned", StudySpecs.tuned(model, dataset, seed, epochs), seed);
    }
  }

  private void evaluate(String name, String encoder, Map<String, Object> request, int seed)
      throws IOException, InterruptedException {
    once(
        "evaluation/%s/%s/%d".formatted(name, encoder, seed),
        () ->
            finished(
                "/v1/evaluations", request, "evaluation-%s-%s-%d".formatted(name, encoder, seed)));
  }

  private interface Work {
    JsonNode result() throws IOException, InterruptedException;
  }

  /// The result of `work`, from the state file where it was done before.
  private JsonNode once(String key, Work work) throws IOException, InterruptedException {
    if (!state.has(key)) {
      var result = work.result();
      state.set(key, result);
      var next = stateFile.resolveSibling("state.json.next");
      Files.write(next, JSON.writeValueAsBytes(state));
      Files.move(
          next, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(tableFile, new StudyTable(state).markdown());
      System.out.println("done: " + key);
    }
    return state.get(key);
  }

  private JsonNode ingest(Source source) throws IOException, InterruptedException {
    var created = gateway.post("/v1/datasets/" + source.name() + "/versions", Map.of());
    var version =
        "/v1/datasets/%s/versions/%d".formatted(source.name(), created.path("version").asInt());
    for (var part : source.parts()) {
      try (var stream = part.opener().open()) {
        gateway.put("%s/files/%s/%s".formatted(version, part.split(), part.file()), stream);
      }
    }
    gateway.post(version + "/ingest", Map.of());
    while (true) {
      var found = gateway.get(version);
      switch (found.path("state").asString()) {
        case "READY" -> {
          return found;
        }
        case "FAILED" -> throw new IOException(found.path("reason").asString());
        default -> Thread.sleep(LOOK_EVERY_MS);
      }
    }
  }

  /// Asks for a run or an evaluation, or finds the one that was asked for before, and waits for its
  /// end.
  private JsonNode finished(String path, Map<String, Object> body, String key)
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

  private void print() {
    System.out.println();
    System.out.print(new StudyTable(state).markdown());
  }
}
