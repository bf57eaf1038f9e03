package dev.athanor.preprocessing;

/// Resamples images into planes of floats, first along rows, then along columns.
///
/// Written in plain Java rather than left to a native library: Java's floating point is specified
/// to the bit, so that two machines with different processors make the same pixels. Holds scratch
/// memory, so each thread has its own.
public final class Resampler {
  private float[] scratch = {};

  /// Fills `planes`, one a channel, each `(rows.outputs(), columns.outputs())`, with values 0..255.
  public void resample(Image image, Taps rows, Taps columns, float[][] planes) {
    int from = lowest(rows);
    int to = highest(rows);
    int width = columns.outputs();
    int plane = (to - from) * width;
    if (scratch.length < plane * image.channels()) {
      scratch = new float[plane * image.channels()];
    }
    for (int y = from; y < to; y++) {
      if (image.channels() == 3) {
        alongRow3(image, y, columns, (y - from) * width, plane);
      } else {
        alongRow1(image, y, columns, (y - from) * width);
      }
    }
    for (int c = 0; c < image.channels(); c++) {
      alongColumns(rows, from, width, c * plane, planes[c]);
    }
  }

  private void alongRow3(Image image, int y, Taps columns, int at, int plane) {
    var pixels = image.pixels();
    var first = columns.first();
    var weights = columns.weights();
    int count = columns.count();
    int row = y * image.width();
    for (int x = 0; x < first.length; x++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int pixel = (row + first[x]) * 3;
      for (int k = x * count; k < (x + 1) * count; k++, pixel += 3) {
        float weight = weights[k];
        red += weight * (pixels[pixel] & 0xff);
        green += weight * (pixels[pixel + 1] & 0xff);
        blue += weight * (pixels[pixel + 2] & 0xff);
      }
      scratch[at + x] = red;
      scratch[at + x + plane] = green;
      scratch[at + x + 2 * plane] = blue;
    }
  }

  private void alongRow1(Image image, int y, Taps columns, int at) {
    var pixels = image.pixels();
    var first = columns.first();
    var weights = columns.weights();
    int count = columns.count();
    int row = y * image.width();
    for (int x = 0; x < first.length; x++) {
      float grey = 0;
      int pixel = row + first[x];
      for (int k = x * count; k < (x + 1) * count; k++, pixel++) {
        grey += weights[k] * (pixels[pixel] & 0xff);
      }
      scratch[at + x] = grey;
    }
  }

  private void alongColumns(Taps rows, int from, int width, int at, float[] plane) {
    int count = rows.count();
    for (int y = 0; y < rows.outputs(); y++) {
      int source = at + (rows.first()[y] - from) * width;
      int target = y * width;
      weighted(plane, target, scratch, source, rows.weights()[y * count], width);
      for (int k = 1; k < count; k++) {
        float weight = rows.weights()[y * count + k];
        addWeighted(plane, target, scratch, source + k * width, weight, width);
      }
    }
  }

  private static void weighted(
      float[] to, int target, float[] from, int source, float weight, int length) {
    for (int i = 0; i < length; i++) {
      to[target + i] = weight * from[source + i];
    }
  }

  private static void addWeighted(
      float[] to, int target, float[] from, int source, float weight, int length) {
    for (int i = 0; i < length; i++) {
      to[target + i] += weight * from[source + i];
    }
  }

  private static int lowest(Taps taps) {
    int lowest = Integer.MAX_VALUE;
    for (int first : taps.first()) {
      lowest = Math.min(lowest, first);
    }
    return lowest;
  }

  private static int highest(Taps taps) {
    int highest = 0;
    for (int first : taps.first()) {
      highest = Math.max(highest, first + taps.count());
    }
    return highest;
  }
}
