package dev.athanor.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the study of texts has found so far, as Markdown.
final class TextStudyTable {
  private static final String NONE = "–";

  private final ObjectNode state;
  private final List<String> lines = new ArrayList<>();

  /// @param state results by key, such as `run/mlm-books-and-news`
  TextStudyTable(ObjectNode state) {
    this.state = state;
  }

  String markdown() {
    lines.add(
        "| Run | Steps | Tokens | CPU minutes | Held-out loss, nats a token | Perplexity | Bits a byte |");
    lines.add("|---|---|---|---|---|---|---|");
    entries("run/", (key, run) -> run(run));
    lines.add("");
    lines.add("| Encoder | Method | Labels | AG News, accuracy on the test split in % |");
    lines.add("|---|---|---|---|");
    entries("evaluation/", this::evaluation);
    return String.join("\n", lines) + "\n";
  }

  private void entries(String prefix, BiConsumer<String, JsonNode> line) {
    state
        .propertyStream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .forEach(entry -> line.accept(entry.getKey().substring(prefix.length()), entry.getValue()));
  }

  private void run(JsonNode run) {
    long steps = run.at("/progress/step").asLong();
    var figures = run.path("figures");
    lines.add(
        "| %s | %,d | %,d | %.0f | %s | %s | %s |"
            .formatted(
                run.at("/spec/name").asString(),
                steps,
                steps * run.at("/spec/batch").asLong() * run.at("/spec/text/context").asLong(),
                run.path("cpuMinutes").asDouble(),
                number("%.3f", figures.path("heldout.loss")),
                number("%.1f", figures.path("heldout.perplexity")),
                number("%.3f", figures.path("heldout.bits-per-byte"))));
  }

  private void evaluation(String encoder, JsonNode evaluation) {
    for (var result : evaluation.path("results")) {
      lines.add(
          "| %s | %s | %d | %s ± %s |"
              .formatted(
                  encoder,
                  result.path("method").asString(),
                  result.path("labels").asInt(),
                  percent(result.path("accuracy")),
                  percent(result.path("std"))));
    }
  }

  private static String percent(JsonNode share) {
    return share.isNumber() ? String.format(Locale.ROOT, "%.1f", 100 * share.asDouble()) : NONE;
  }

  private static String number(String format, JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble()) : NONE;
  }
}
