package dev.athanor.trainer.scaling;

import dev.athanor.learning.scaling.Estimate;
import dev.athanor.learning.scaling.PowerLaw;
import dev.athanor.trainer.chart.Charts;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Draws a study's runs and a law through them, both axes logarithmic.
final class ScalingChart {
  private static final int POINTS_OF_A_CURVE = 100;
  private static final double TINY = 1e-9;
  private static final BasicStroke THIN = new BasicStroke(1.5f);
  private static final List<Color> COLOURS =
      List.of(
          new Color(31, 119, 180),
          new Color(214, 39, 40),
          new Color(44, 160, 44),
          new Color(148, 103, 189),
          new Color(255, 127, 14),
          new Color(23, 140, 155));

  private ScalingChart() {}

  /// @return PNG
  static byte[] png(ScalingStudy study, Law law) {
    return Charts.png(
        switch (law) {
          case JOINT -> joint(study);
          case PARAMETERS ->
              single(study, "parameters N", "N", study.fit().parameters(), Finding::parameters);
          case TOKENS -> single(study, "tokens D", "D", study.fit().tokens(), Finding::tokens);
        });
  }

  /// Loss over tokens, a colour a size.
  private static XYChart joint(ScalingStudy study) {
    var document = ScalingDocument.of(study).joint();
    var law = study.fit().joint().law();
    var chart =
        chart(
            "%s: L = %s + %s / N^α + %s / D^β with α = %s, β = %s"
                .formatted(
                    study.name(),
                    Charts.number(law.irreducible()),
                    Charts.number(law.sizeScale()),
                    Charts.number(law.dataScale()),
                    text(document.sizeExponent()),
                    text(document.dataExponent())),
            "tokens D");
    var sizes = study.findings().stream().map(Finding::parameters).distinct().sorted().toList();
    for (int i = 0; i < sizes.size(); i++) {
      long size = sizes.get(i);
      var colour = COLOURS.get(i % COLOURS.size());
      var name = "N = " + Charts.number(size);
      var own = study.findings().stream().filter(one -> one.parameters() == size).toList();
      points(chart, name, colour, own, Finding::tokens);
      curve(
          chart, name + ", fit", colour, study.findings(), Finding::tokens, d -> law.loss(size, d));
    }
    return chart;
  }

  private static XYChart single(
      ScalingStudy study,
      String axis,
      String symbol,
      Estimate<PowerLaw> estimate,
      ToDoubleFunction<Finding> x) {
    var law = estimate.law();
    var chart =
        chart(
            "%s: L = (%s / %s)^α with α = %s"
                .formatted(
                    study.name(),
                    Charts.number(law.scale()),
                    symbol,
                    text(ScalingDocument.Figure.of(estimate, PowerLaw::exponent))),
            axis);
    points(chart, "runs", COLOURS.getFirst(), study.findings(), x);
    curve(chart, "fit of the lowest", COLOURS.get(1), study.findings(), x, law::loss);
    return chart;
  }

  private static String text(ScalingDocument.Figure figure) {
    return "%s (%s to %s)"
        .formatted(
            Charts.number(figure.value()),
            Charts.number(figure.low()),
            Charts.number(figure.high()));
  }

  private static XYChart chart(String title, String axis) {
    var chart = new XYChart(Charts.WIDTH, Charts.HEIGHT);
    chart.setTitle(title);
    chart.setXAxisTitle(axis);
    chart.setYAxisTitle("held-out loss, nats a token");
    var styler = chart.getStyler();
    Charts.style(styler);
    styler.setXAxisLogarithmic(true);
    styler.setYAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(false);
    styler.setYAxisLogarithmicDecadeOnly(false);
    styler.setYAxisTickLabelsFormattingFunction(Charts::number);
    styler.setXAxisTickLabelsFormattingFunction(ScalingChart::sparse);
    return chart;
  }

  /// Nothing for most numbers: a decade has more ticks than there is room for.
  private static String sparse(double number) {
    long digit = Math.round(number / Math.pow(10, Math.floor(Math.log10(number) + TINY)));
    return digit == 1 || digit == 2 || digit == 5 ? Charts.number(number) : "";
  }

  private static void points(
      XYChart chart,
      String name,
      Color colour,
      List<Finding> findings,
      ToDoubleFunction<Finding> x) {
    var series =
        chart.addSeries(
            name,
            findings.stream().mapToDouble(x).toArray(),
            findings.stream().mapToDouble(Finding::loss).toArray());
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(colour);
  }

  private static void curve(
      XYChart chart,
      String name,
      Color colour,
      List<Finding> over,
      ToDoubleFunction<Finding> x,
      DoubleUnaryOperator loss) {
    double low = Math.log(over.stream().mapToDouble(x).min().orElseThrow());
    double high = Math.log(over.stream().mapToDouble(x).max().orElseThrow());
    var at =
        IntStream.range(0, POINTS_OF_A_CURVE)
            .mapToDouble(i -> Math.exp(low + (high - low) * i / (POINTS_OF_A_CURVE - 1)))
            .toArray();
    var series = chart.addSeries(name, at, Arrays.stream(at).map(loss).toArray());
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(THIN);
  }
}
