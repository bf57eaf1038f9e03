package dev.athanor.augmentation.view;

import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import dev.athanor.preprocessing.Planes;
import dev.athanor.preprocessing.Resampler;
import dev.athanor.preprocessing.Taps;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/// A picture for people: the original beside what a spec makes of it. Draw k of a view is what a
/// run with this seed would see in epoch k.
///
/// ```
/// original | view 1: draw 0, 1, 2, …
///          | view 2: draw 0, 1, 2, …
/// ```
public final class PreviewGrid {
  public static final int MOST_DRAWS = 64;

  /// Enough for eight draws of the largest views.
  private static final int MOST_PIXELS = 20 << 20;

  private static final int COLUMNS = 8;
  private static final int SMALLEST_CELL = 96;
  private static final int GAP = 4;
  private static final int LABEL = 18;
  private static final byte PAPER = (byte) 0xff;

  private final Image original;
  private final Views views;
  private final int scale;
  private final int cellHeight;
  private final int cellWidth;
  private final int columns;
  private final int rowsAView;
  private final int height;
  private final int width;
  private final byte[] pixels;

  private PreviewGrid(Image original, Views views, int draws) {
    this.original = original;
    this.views = views;
    this.scale = Math.ceilDiv(SMALLEST_CELL, Math.max(views.height(), views.width()));
    this.cellHeight = views.height() * scale;
    this.cellWidth = views.width() * scale;
    this.columns = Math.min(COLUMNS, draws);
    this.rowsAView = Math.ceilDiv(draws, COLUMNS);
    this.height = views.count() * (LABEL + rowsAView * (cellHeight + GAP)) + GAP;
    this.width = (1 + columns) * (cellWidth + GAP) + GAP;
    if ((long) height * width > MOST_PIXELS) {
      throw Problem.unprocessable(
          "views, augmentation.size: %d of %d x %d, a grid of %d x %d pixels (expected: at most %d pixels; fewer or smaller views)"
              .formatted(draws, views.height(), views.width(), height, width, MOST_PIXELS));
    }
    this.pixels = new byte[height * width * 3];
    Arrays.fill(pixels, PAPER);
  }

  /// Renders the grid as PNG.
  ///
  /// @param original decoded to `views.channels()` channels
  /// @param draws of each view, 1 to 64
  /// @throws Problem (unprocessable) where the grid would be too large
  public static byte[] png(Image original, Views views, long seed, long sample, int draws) {
    if (draws < 1 || draws > MOST_DRAWS) {
      throw new IllegalArgumentException(
          "views: %d (expected: 1 to %d)".formatted(draws, MOST_DRAWS));
    }
    var grid = new PreviewGrid(original, views, draws);
    grid.pasteOriginal();
    for (int view = 0; view < views.count(); view++) {
      for (int draw = 0; draw < draws; draw++) {
        var bytes = new byte[views.bytes()];
        views.render(original, seed, draw, sample, view, bytes, 0);
        var image = new Image(views.height(), views.width(), views.channels(), bytes);
        int top = grid.top(view) + draw / COLUMNS * (grid.cellHeight + GAP);
        int left = GAP + (1 + draw % COLUMNS) * (grid.cellWidth + GAP);
        grid.paste(image, top, left, grid.scale);
      }
    }
    return new ImageEncoder().png(grid.labelled());
  }

  /// Where the pictures of a view begin.
  private int top(int view) {
    return view * (LABEL + rowsAView * (cellHeight + GAP)) + LABEL;
  }

  /// Scaled like the views, unless it is too large for that.
  private void pasteOriginal() {
    boolean fits = original.height() <= views.height() && original.width() <= views.width();
    paste(fits ? original : fitted(), LABEL, GAP, fits ? scale : 1);
  }

  /// The original, so large as fits a cell.
  private Image fitted() {
    double factor =
        Math.min((double) cellHeight / original.height(), (double) cellWidth / original.width());
    int h = Math.clamp(Math.round(original.height() * factor), 1, cellHeight);
    int w = Math.clamp(Math.round(original.width() * factor), 1, cellWidth);
    var planes = new float[original.channels()][h * w];
    var rows = Taps.bilinear(0, original.height(), h);
    var columns = Taps.bilinear(0, original.width(), w);
    new Resampler().resample(original, rows, columns, planes);
    var bytes = new byte[h * w * original.channels()];
    Planes.interleave(planes, bytes, 0);
    return new Image(h, w, original.channels(), bytes);
  }

  /// Each pixel becomes a square, so that what a person sees is what the network gets.
  private void paste(Image image, int top, int left, int scale) {
    int last = image.channels() - 1;
    for (int y = 0; y < image.height() * scale; y++) {
      for (int x = 0; x < image.width() * scale; x++) {
        int at = ((top + y) * width + left + x) * 3;
        for (int c = 0; c < 3; c++) {
          pixels[at + c] = (byte) image.at(y / scale, x / scale, Math.min(c, last));
        }
      }
    }
  }

  private Image labelled() {
    try (var memory = new BytePointer(pixels);
        var paper = new Mat(height, width, opencv_core.CV_8UC3, memory)) {
      label(paper, "original", GAP, 0);
      for (int view = 0; view < views.count(); view++) {
        label(paper, "view " + (view + 1), 2 * GAP + cellWidth, top(view) - LABEL);
      }
      memory.get(pixels);
    }
    return new Image(height, width, 3, pixels);
  }

  private static void label(Mat paper, String text, int left, int top) {
    try (var at = new Point(left, top + LABEL - 5);
        var ink = new Scalar(0, 0, 0, 0)) {
      opencv_imgproc.putText(
          paper,
          text,
          at,
          opencv_imgproc.FONT_HERSHEY_SIMPLEX,
          0.4,
          ink,
          1,
          opencv_imgproc.LINE_AA,
          false);
    }
  }
}
