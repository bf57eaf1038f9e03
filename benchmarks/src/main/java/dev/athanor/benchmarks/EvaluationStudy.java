package dev.athanor.benchmarks;

import static java.util.stream.Collectors.joining;

import dev.athanor.launcher.demo.Gateway;
import dev.athanor.launcher.demo.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Trains encoders of images by several objectives and judges them by every method of evaluation.
/// `benchmarks/evaluation-study` runs it.
public final class EvaluationStudy {
  private final Study study;
  private final double epochs;

  private EvaluationStudy(Study study, double epochs) {
    this.study = study;
    this.epochs = epochs;
  }

  /// A data set of the study.
  ///
  /// @param seeds how often everything is done
  private record Subject(Source source, int seeds) {}

  /// Arguments: the gateway's URL, a folder for state and table, the folder of the data sets (or
  /// `shapes`), epochs of each run, seeds of the first data set; and the name of one data set,
  /// where it is not to be all.
  public static void main(String[] args) throws InterruptedException {
    try {
      var study =
          new Study(
              new Gateway(args[0]), Path.of(args[1]), state -> new StudyTable(state).markdown());
      new EvaluationStudy(study, Double.parseDouble(args[3]))
          .run(
              chosen(
                  subjects(args[2], Integer.parseInt(args[4])), args.length > 5 ? args[5] : null));
      System.out.println();
      System.out.print(study.table());
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

  private static List<Subject> chosen(List<Subject> all, @Nullable String name) throws IOException {
    var chosen =
        all.stream()
            .filter(subject -> name == null || subject.source().name().equals(name))
            .toList();
    if (chosen.isEmpty()) {
      throw new IOException(
          "data set %s (expected one of: %s)"
              .formatted(
                  name,
                  all.stream().map(subject -> subject.source().name()).collect(joining(", "))));
    }
    return chosen;
  }

  private void run(List<Subject> subjects) throws IOException, InterruptedException {
    for (var subject : subjects) {
      var name = subject.source().name();
      var dataset = study.ingest(subject.source());
      for (int seed = 0; seed < subject.seeds(); seed++) {
        study(name, dataset, seed);
      }
    }
  }

  private void study(String name, JsonNode dataset, int seed)
      throws IOException, InterruptedException {
    for (var objective : StudySpecs.OBJECTIVES) {
      var spec = StudySpecs.run(objective, dataset, seed, epochs);
      var run =
          study.once(
              "run/%s/%s/%d".formatted(name, objective, seed),
              () ->
                  study.finished(
                      "/v1/runs", spec, "run-%s-%s-%d".formatted(name, objective, seed)));
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
    study.once(
        "evaluation/%s/%s/%d".formatted(name, encoder, seed),
        () ->
            study.finished(
                "/v1/evaluations", request, "evaluation-%s-%s-%d".formatted(name, encoder, seed)));
  }
}
