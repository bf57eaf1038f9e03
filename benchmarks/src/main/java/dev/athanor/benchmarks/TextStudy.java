package dev.athanor.benchmarks;

import dev.athanor.launcher.demo.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Trains a masked language model on books and on news without their labels, judges it by the
/// topics of news, and trains causal language models, judged by bits per byte.
/// `benchmarks/text-study` runs it.
public final class TextStudy {
  private static final int CONTEXT = 128;
  private static final int BATCH = 16;
  private static final int VOCABULARY = 4096;
  private static final int CLASSES = 4;
  private static final List<Integer> LABELS = List.of(100, 1000);
  private static final List<String> FROZEN = List.of("knn", "linear-probe");
  private static final List<Integer> SEEDS = List.of(0, 1, 2);

  private final Gateway gateway;
  private final Study study;
  private final int steps;

  private TextStudy(Gateway gateway, Study study, int steps) {
    this.gateway = gateway;
    this.study = study;
    this.steps = steps;
  }

  /// Arguments: the gateway's URL, a folder for state and table, the folder of the texts, steps of
  /// each run.
  public static void main(String[] args) throws InterruptedException {
    try {
      var gateway = new Gateway(args[0]);
      var study =
          new Study(gateway, Path.of(args[1]), state -> new TextStudyTable(state).markdown());
      new TextStudy(gateway, study, Integer.parseInt(args[3]))
          .run(new StudyTexts(Path.of(args[2])));
      System.out.println();
      System.out.print(study.table());
    } catch (IOException failure) {
      System.out.println("stopped: " + failure.getMessage());
      System.exit(1);
    }
  }

  private void run(StudyTexts texts) throws IOException, InterruptedException {
    var news = study.ingest(texts.news());
    var masked = masked(study.ingest(texts.booksAndNews()));
    var model =
        "%s@%d".formatted(masked.at("/model/name").asString(), masked.at("/model/version").asInt());
    evaluate("no encoder", model, news, List.of("tf-idf"), false);
    evaluate("random", model, news, FROZEN, true);
    evaluate("mlm", model, news, FROZEN, false);
    causal(study.ingest(texts.booksAndWiki()), "books", "clm-1m", 0.003);
    causal(study.ingest(texts.shakespeare()), null, "clm-0.5m", 0.004);
  }

  private JsonNode masked(JsonNode dataset) throws IOException, InterruptedException {
    var spec = spec("mlm", dataset, 0.002, 0.01);
    spec.put("objective", Map.of("kind", "mlm", "packed", true, "select", 0.4));
    spec.put(
        "encoder",
        Map.of(
            "kind",
            "masked-transformer",
            "layers",
            1,
            "width",
            128,
            "heads",
            4,
            "feedForward",
            512));
    spec.put("text", Map.of("tokenizer", tokenizer("news", dataset), "context", CONTEXT));
    return train(spec);
  }

  /// @param tokenizer to be trained, or null for bytes
  private void causal(
      JsonNode dataset, @Nullable String tokenizer, String preset, double learningRate)
      throws IOException, InterruptedException {
    var spec = spec("clm", dataset, learningRate, 0.1);
    spec.put("objective", Map.of("kind", "clm"));
    spec.put("encoder", Map.of("kind", "causal-transformer", "preset", preset));
    spec.put(
        "text",
        Map.of(
            "tokenizer",
            tokenizer == null ? "bytes" : tokenizer(tokenizer, dataset),
            "context",
            CONTEXT));
    train(spec);
  }

  private Map<String, Object> spec(
      String kind, JsonNode dataset, double learningRate, double weightDecay) {
    var name = dataset.path("dataset").asString();
    var spec = new LinkedHashMap<String, Object>();
    spec.put("name", kind + "-" + name);
    spec.put("dataset", Map.of("name", name, "version", dataset.path("version").asInt()));
    spec.put("batch", BATCH);
    spec.put(
        "optimiser",
        Map.of("kind", "adamw", "learningRate", learningRate, "weightDecay", weightDecay));
    spec.put("schedule", Map.of("warmupSteps", 100));
    spec.put("training", Map.of("steps", steps));
    spec.put("checkpoint", Map.of("everySteps", 200));
    spec.put("evaluation", Map.of("everyEpochs", 1, "samples", 200));
    return spec;
  }

  private JsonNode train(Map<String, Object> spec) throws IOException, InterruptedException {
    var name = spec.get("name");
    return study.once("run/" + name, () -> study.finished("/v1/runs", spec, "run-" + name));
  }

  /// Trained on the data set where it is not there yet.
  private String tokenizer(String name, JsonNode dataset) throws IOException, InterruptedException {
    study.once(
        "tokenizer/" + name, () -> gateway.trainTokenizer(name, dataset, VOCABULARY, _ -> {}));
    return name;
  }

  private void evaluate(
      String name, String model, JsonNode dataset, List<String> methods, boolean random)
      throws IOException, InterruptedException {
    Map<String, Object> request =
        Map.of(
            "model",
            model,
            "dataset",
            dataset.path("dataset").asString(),
            "version",
            dataset.path("version").asInt(),
            "methods",
            methods,
            "fractions",
            List.of(),
            "perClass",
            LABELS.stream().map(labels -> labels / CLASSES).toList(),
            "seeds",
            SEEDS,
            "random",
            random);
    study.once(
        "evaluation/" + name,
        () -> study.finished("/v1/evaluations", request, "evaluation-" + name.replace(' ', '-')));
  }
}
