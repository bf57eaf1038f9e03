package dev.athanor.trainer.sweep;

import dev.athanor.trainer.table.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Shows sweeps, as documents and as tables.
@Component
class SweepDocuments {
  private final Scores scores;
  private final JsonMapper json;

  SweepDocuments(Scores scores, JsonMapper json) {
    this.scores = scores;
    this.json = json;
  }

  /// The cells in the order of their numbers, or the best first.
  SweepDocument document(Sweep sweep, @Nullable Metric metric) {
    return new SweepDocument(
        sweep.id(),
        sweep.name(),
        sweep.state(),
        sweep.createdAt(),
        grid(sweep.grid()),
        sweep.counts(),
        metric == null ? cells(sweep) : ranked(sweep, metric));
  }

  private List<SweepDocument.Cell> cells(Sweep sweep) {
    return IntStream.range(0, sweep.runs().size())
        .mapToObj(cell -> cell(sweep, cell, null))
        .toList();
  }

  private List<SweepDocument.Cell> ranked(Sweep sweep, Metric metric) {
    var found = scores.of(sweep, metric);
    return Scores.ranked(found, metric).stream()
        .map(cell -> cell(sweep, cell, found.get(cell)))
        .toList();
  }

  SweepDocument.Cell cell(Sweep sweep, int number, @Nullable Score score) {
    var values = new LinkedHashMap<String, Object>();
    sweep.grid().values(number).forEach((field, value) -> values.put(field, plain(value)));
    return SweepDocument.Cell.of(number, values, sweep.runs().get(number), score);
  }

  private Map<String, List<Object>> grid(Grid grid) {
    var fields = new LinkedHashMap<String, List<Object>>();
    grid.axes()
        .forEach(
            axis -> fields.put(axis.field(), axis.values().stream().map(this::plain).toList()));
    return fields;
  }

  private Object plain(JsonNode value) {
    return json.treeToValue(value, Object.class);
  }

  /// A row a cell: its values, its run, and the metric that was asked for or else all that some run
  /// has.
  Table table(Sweep sweep, @Nullable Metric metric) {
    var cells = document(sweep, metric).cells();
    var shown = new TreeSet<String>();
    if (metric == null) {
      cells.forEach(cell -> shown.addAll(cell.metrics().keySet()));
    }
    var headings = new ArrayList<>(List.of("cell"));
    sweep.grid().axes().forEach(axis -> headings.add(axis.field()));
    headings.addAll(List.of("run", "state"));
    headings.addAll(shown);
    if (metric != null) {
      headings.addAll(List.of(metric.name() + " last", metric.name() + " best"));
    }
    return new Table(headings, cells.stream().map(cell -> row(sweep, cell, shown)).toList());
  }

  private static List<String> row(Sweep sweep, SweepDocument.Cell cell, TreeSet<String> shown) {
    var row = new ArrayList<>(List.of(Integer.toString(cell.cell())));
    sweep.grid().values(cell.cell()).values().forEach(value -> row.add(text(value)));
    row.addAll(List.of(cell.run(), cell.state().name()));
    shown.forEach(metric -> row.add(text(cell.metrics().get(metric))));
    var score = cell.score();
    if (score != null) {
      row.addAll(List.of(text(score.last()), text(score.best())));
    }
    return row;
  }

  static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static String text(@Nullable Double value) {
    return value == null ? "" : value.toString();
  }
}
