package dev.athanor.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the study has found so far, as Markdown: accuracy on the whole test split in %, mean ±
/// standard deviation over the seeds.
final class StudyTable {
  private static final List<String> ROWS = List.of("random", "vae", "simclr", "byol", "scratch");
  private static final String NONE = "–";

  private final ObjectNode state;
  private final List<String> lines = new ArrayList<>();

  /// @param state results by key, such as `evaluation/fashion-mnist/simclr/0`
  StudyTable(ObjectNode state) {
    this.state = state;
  }

  String markdown() {
    var datasets = new TreeSet<String>();
    for (var key : state.propertyNames()) {
      if (key.startsWith("evaluation/")) {
        datasets.add(key.split("/", -1)[1]);
      }
    }
    datasets.forEach(this::dataset);
    return String.join("\n", lines) + "\n";
  }

  private void dataset(String name) {
    lines.add("## %s, %d seeds, %.0f CPU minutes".formatted(name, seeds(name), minutes(name)));
    lines.add("");
    lines.add(
        "| Encoder | k-NN, 1 % of the labels | 10 % | 100 % | linear probe, 1 % | 10 % | 100 % | end to end, 1 % | 10 % |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    for (var encoder : ROWS) {
      lines.add(
          "| %s | %s | %s | %s |"
              .formatted(
                  encoder,
                  cells(name, encoder, "knn", StudySpecs.ALL),
                  cells(name, encoder, "linear-probe", StudySpecs.ALL),
                  encoder.equals("scratch")
                      ? cells(name, encoder, "from-scratch", StudySpecs.FEW)
                      : cells(name, encoder + ".tuned", "fine-tune", StudySpecs.FEW)));
    }
    lines.add("");
    projections(name);
  }

  private long seeds(String dataset) {
    return keys("run/%s/simclr/".formatted(dataset)).size();
  }

  /// Of all threads, for all runs and evaluations of the data set.
  private double minutes(String dataset) {
    return DoubleStream.concat(
            keys("run/%s/".formatted(dataset)).stream().mapToDouble(this::minutesOf),
            keys("evaluation/%s/".formatted(dataset)).stream().mapToDouble(this::minutesOf))
        .sum();
  }

  private double minutesOf(String key) {
    return state.path(key).path("cpuMinutes").asDouble();
  }

  private List<String> keys(String prefix) {
    return state.propertyNames().stream().filter(key -> key.startsWith(prefix)).sorted().toList();
  }

  private String cells(String dataset, String encoder, String method, List<Double> fractions) {
    return String.join(
        " | ",
        fractions.stream().map(fraction -> cell(dataset, encoder, method, fraction)).toList());
  }

  private String cell(String dataset, String encoder, String method, double fraction) {
    return meanAndDeviation(
        keys("evaluation/%s/%s/".formatted(dataset, encoder)).stream()
            .flatMap(key -> state.path(key).path("cells").valueStream())
            .filter(one -> one.path("method").asString().equals(method))
            .filter(one -> one.path("fraction").asDouble() == fraction)
            .mapToDouble(one -> 100 * one.path("accuracy").asDouble())
            .toArray());
  }

  private static String meanAndDeviation(double[] values) {
    if (values.length == 0) {
      return NONE;
    }
    double mean = DoubleStream.of(values).average().orElseThrow();
    if (values.length == 1) {
      return String.format(Locale.ROOT, "%.1f", mean);
    }
    double squares = DoubleStream.of(values).map(one -> (one - mean) * (one - mean)).sum();
    return String.format(
        Locale.ROOT, "%.1f ± %.1f", mean, Math.sqrt(squares / (values.length - 1)));
  }

  /// Linear probes of h and z of the first seed, from the runs' own tables.
  private void projections(String dataset) {
    lines.add("| Linear probe, first seed | 1 % | 10 % | 100 % |");
    lines.add("|---|---|---|---|");
    for (var objective : List.of("simclr", "byol")) {
      var table = state.path("run/%s/%s/0".formatted(dataset, objective)).path("table");
      lines.add("| %s, h | %s |".formatted(objective, probes(table, objective)));
      lines.add("| %s, z | %s |".formatted(objective, probes(table, objective + ".z")));
    }
    lines.add("");
  }

  private static String probes(JsonNode table, String encoder) {
    return String.join(
        " | ",
        StudySpecs.ALL.stream()
            .map(
                fraction ->
                    meanAndDeviation(
                        table
                            .valueStream()
                            .filter(line -> line.path("encoder").asString().equals(encoder))
                            .filter(line -> line.path("method").asString().equals("linear"))
                            .filter(line -> line.path("fraction").asDouble() == fraction)
                            .mapToDouble(line -> 100 * line.path("accuracy").asDouble())
                            .toArray()))
            .toList());
  }
}
