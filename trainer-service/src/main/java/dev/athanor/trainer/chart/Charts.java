package dev.athanor.trainer.chart;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/// The common look of charts, and their way into a file.
public final class Charts {
  public static final int WIDTH = 900;
  public static final int HEIGHT = 600;

  /// For what XChart has no font of its own.
  public static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private Charts() {}

  /// Black on white, numbers as in JSON.
  public static void style(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartTitleFont(FONT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(225, 225, 225));
    styler.setPlotBorderColor(Color.GRAY);
  }

  /// A number short enough for an axis.
  public static String number(double value) {
    var text = String.format(Locale.ROOT, "%.4g", value);
    return text.contains("e")
        ? text.replaceFirst("\\.?0*e\\+?(-?)0*", "e$1")
        : text.replaceFirst("(\\.\\d*?)0+$", "$1").replaceFirst("\\.$", "");
  }

  public static byte[] png(Chart<?, ?> chart) {
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a picture in memory", impossible);
    }
  }
}
