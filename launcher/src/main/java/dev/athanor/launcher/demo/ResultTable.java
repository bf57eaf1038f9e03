package dev.athanor.launcher.demo;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// A run's evaluation, encoders down and label fractions across, in per cent of the test split.
final class ResultTable {
  private final Map<String, Map<Double, String>> rows = new LinkedHashMap<>();
  private final TreeSet<Double> fractions = new TreeSet<>();
  private final Map<Double, Long> labels = new LinkedHashMap<>();

  ResultTable(JsonNode table) {
    for (var cell : table) {
      double fraction = cell.path("fraction").asDouble();
      fractions.add(fraction);
      labels.put(fraction, cell.path("labels").asLong());
      rows.computeIfAbsent(row(cell), _ -> new LinkedHashMap<>())
          .put(fraction, "%.1f %%".formatted(100 * cell.path("accuracy").asDouble()));
    }
  }

  void print(PrintWriter out) {
    out.printf("  %-42s", "accuracy on the test split");
    fractions.forEach(fraction -> out.printf("%18s", "%,d labels".formatted(labels.get(fraction))));
    out.println();
    out.printf("  %-42s", "");
    fractions.forEach(fraction -> out.printf("%18s", "(%.0f %%)".formatted(100 * fraction)));
    out.println();
    rows.forEach(
        (name, cells) -> {
          out.printf("  %-42s", name);
          fractions.forEach(fraction -> out.printf("%18s", cells.getOrDefault(fraction, "-")));
          out.println();
        });
  }

  private static String row(JsonNode cell) {
    var method =
        switch (cell.path("method").asString()) {
          case "linear" -> "linear probe";
          case "knn" -> "k-NN";
          case "supervised" -> "the whole network, supervised";
          case String other -> other;
        };
    var encoder =
        switch (cell.path("encoder").asString()) {
          case "random" -> "random encoder";
          case "scratch" -> "from scratch";
          case "simclr" -> "SimCLR encoder";
          case "byol" -> "BYOL encoder";
          case "vae" -> "VAE encoder";
          case "mlm" -> "masked language model";
          case "clm" -> "causal language model";
          case "tf-idf" -> "words counted (TF-IDF)";
          case String other -> other;
        };
    return encoder + ", " + method;
  }
}
