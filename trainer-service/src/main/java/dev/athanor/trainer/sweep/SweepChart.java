package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.chart.Charts;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Draws what a metric came to over the grid.
@Component
class SweepChart {
  private static final double DECADE = 10;
  private static final Color[] COLD_TO_HOT = {
    new Color(230, 240, 250), new Color(110, 165, 215), new Color(30, 80, 150)
  };

  private final Scores scores;

  SweepChart(Scores scores) {
    this.scores = scores;
  }

  /// A cell's value, and where it stands on the axes that are drawn.
  private record Point(int x, int y, double value) {}

  /// @param x the field of the horizontal axis
  /// @param y that of the vertical axis, or null for the metric itself
  /// @return PNG
  byte[] png(Sweep sweep, String metric, String x, @Nullable String y) {
    var across = sweep.grid().axis("x", x);
    var up = y == null ? null : sweep.grid().axis("y", y);
    if (across.equals(up)) {
      throw Problem.badRequest("y: %s (expected: another field than x)".formatted(y));
    }
    var points = points(sweep, metric, across, up);
    if (points.isEmpty()) {
      throw Problem.conflict(
          "metric: no run of the sweep has %s yet (expected: one at least)"
              .formatted(Problem.quote(metric)));
    }
    var title = "%s: %s".formatted(sweep.name(), metric);
    if (up != null) {
      return map(title, across, up, points);
    }
    return across.values().stream().allMatch(JsonNode::isNumber)
        ? lines(title, metric, across, points)
        : bars(title, metric, across, points);
  }

  private List<Point> points(Sweep sweep, String metric, Axis across, @Nullable Axis up) {
    var found = scores.of(sweep, new Metric(metric, true));
    var points = new ArrayList<Point>();
    for (int cell = 0; cell < found.size(); cell++) {
      var last = found.get(cell).last();
      if (last != null && Double.isFinite(last)) {
        var values = sweep.grid().values(cell);
        points.add(
            new Point(
                across.values().indexOf(values.get(across.field())),
                up == null ? 0 : up.values().indexOf(values.get(up.field())),
                last));
      }
    }
    return points;
  }

  private static List<Column> columns(Axis across, List<Point> points) {
    return IntStream.range(0, across.values().size())
        .filter(x -> points.stream().anyMatch(point -> point.x == x))
        .mapToObj(x -> Column.of(x, values(points, point -> point.x == x)))
        .toList();
  }

  private static double[] values(List<Point> points, Predicate<Point> where) {
    return points.stream().filter(where).mapToDouble(Point::value).toArray();
  }

  private static byte[] lines(String title, String metric, Axis across, List<Point> points) {
    var columns = new ArrayList<>(columns(across, points));
    columns.sort(Comparator.comparingDouble(column -> number(across, column)));
    var x = columns.stream().mapToDouble(column -> number(across, column)).toArray();
    var chart = new XYChart(Charts.WIDTH, Charts.HEIGHT);
    chart.setTitle(title);
    chart.setXAxisTitle(across.field());
    chart.setYAxisTitle(metric);
    Charts.style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLogarithmic(x[0] > 0 && x[x.length - 1] >= DECADE * x[0]);
    chart.addSeries(metric, x, means(columns), deviations(columns));
    return Charts.png(chart);
  }

  private static double number(Axis across, Column column) {
    return across.values().get(column.x()).doubleValue();
  }

  private static byte[] bars(String title, String metric, Axis across, List<Point> points) {
    var columns = columns(across, points);
    var chart = new CategoryChart(Charts.WIDTH, Charts.HEIGHT);
    chart.setTitle(title);
    chart.setXAxisTitle(across.field());
    chart.setYAxisTitle(metric);
    Charts.style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.addSeries(
        metric,
        columns.stream().map(column -> label(across, column.x())).toList(),
        columns.stream().map(Column::mean).toList(),
        columns.stream().map(Column::deviation).toList());
    return Charts.png(chart);
  }

  private static byte[] map(String title, Axis across, Axis up, List<Point> points) {
    var heat = new ArrayList<Number[]>();
    for (int x = 0; x < across.values().size(); x++) {
      for (int y = 0; y < up.values().size(); y++) {
        int column = x;
        int row = y;
        var here = values(points, point -> point.x == column && point.y == row);
        if (here.length > 0) {
          heat.add(new Number[] {x, y, Column.of(x, here).mean()});
        }
      }
    }
    var chart = new HeatMapChart(Charts.WIDTH, Charts.HEIGHT);
    chart.setTitle(title);
    chart.setXAxisTitle(across.field());
    chart.setYAxisTitle(up.field());
    var styler = chart.getStyler();
    Charts.style(styler);
    styler.setRangeColors(COLD_TO_HOT);
    styler.setShowValue(true);
    styler.setValueFont(Charts.FONT);
    styler.setValueFontColor(Color.BLACK);
    styler.setHeatMapDecimalValueFormatter(Charts::number);
    chart.addSeries(title, labels(across), labels(up), heat);
    return Charts.png(chart);
  }

  private static List<String> labels(Axis axis) {
    return IntStream.range(0, axis.values().size()).mapToObj(i -> label(axis, i)).toList();
  }

  private static String label(Axis axis, int value) {
    return SweepDocuments.text(axis.values().get(value));
  }

  private static double[] means(List<Column> columns) {
    return columns.stream().mapToDouble(Column::mean).toArray();
  }

  private static double[] deviations(List<Column> columns) {
    return columns.stream().mapToDouble(Column::deviation).toArray();
  }
}
