package dev.athanor.benchmarks.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The figures of a run: lines on standard error while it goes, a table on standard output and a
/// file at its end.
final class Report {
  private final List<Figure> figures = new ArrayList<>();

  /// @param aim what it should be, null where it is only stated
  /// @param held whether it is
  record Figure(
      String what, double value, String unit, @Nullable String aim, @Nullable Boolean held) {
    String number() {
      return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%,.2f" : "%,.1f", value);
    }

    String verdict() {
      return held == null ? "" : held ? "yes" : "**no**";
    }
  }

  void state(String what, double value, String unit) {
    add(new Figure(what, value, unit, null, null));
  }

  void atLeast(String what, double value, String unit, double aim) {
    add(new Figure(what, value, unit, "≥ " + written(aim), value >= aim));
  }

  void atMost(String what, double value, String unit, double aim) {
    add(new Figure(what, value, unit, "≤ " + written(aim), value <= aim));
  }

  void holds(String what, double value, String unit, String aim, boolean held) {
    add(new Figure(what, value, unit, aim, held));
  }

  private static String written(double aim) {
    return String.format(Locale.ROOT, aim == Math.rint(aim) ? "%.0f" : "%.2f", aim);
  }

  private void add(Figure figure) {
    figures.add(figure);
    say("%s: %s %s".formatted(figure.what(), figure.number(), figure.unit()));
  }

  /// A line about how far it is.
  void say(String line) {
    System.err.println(line);
  }

  void write(Path json) throws IOException {
    Files.write(
        json,
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsBytes(figures));
    System.out.println("| What | Figure | Aim | Held |\n|---|---|---|---|");
    for (var figure : figures) {
      System.out.printf(
          "| %s | %s %s | %s | %s |%n",
          figure.what(),
          figure.number(),
          figure.unit(),
          figure.aim() == null ? "" : figure.aim(),
          figure.verdict());
    }
  }
}
