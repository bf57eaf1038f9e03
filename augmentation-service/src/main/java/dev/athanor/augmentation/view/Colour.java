package dev.athanor.augmentation.view;

/// Colour operations on planes of floats, one (grey) or three (red, green, blue), values 0..255.
///
/// Each loop does little and reads and writes different arrays at the same index: that is what the
/// compiler turns into vector instructions. One loop that did all of a hue turn ran twenty times
/// slower.
final class Colour {
  private static final float MOST = 255;
  private static final float TINY = 1e-30f;

  private Colour() {}

  /// `factor * x`
  static void brightness(float[][] planes, float factor) {
    for (var plane : planes) {
      scale(plane, factor);
    }
  }

  /// `factor * x + (1 - factor) * mean`, the mean being the image's mean luma.
  static void contrast(float[][] planes, float factor, float[] spare) {
    luma(planes, spare);
    float grey = (1 - factor) * mean(spare);
    for (var plane : planes) {
      scaleAndAdd(plane, factor, grey);
    }
  }

  /// `factor * x + (1 - factor) * luma`; grey images stay as they are.
  static void saturation(float[][] planes, float factor, float[] spare) {
    if (planes.length == 1) {
      return;
    }
    luma(planes, spare);
    for (var plane : planes) {
      blend(plane, factor, spare);
    }
  }

  /// The luma in every plane; grey images stay as they are.
  static void grey(float[][] planes, float[] spare) {
    if (planes.length == 1) {
      return;
    }
    luma(planes, spare);
    for (var plane : planes) {
      System.arraycopy(spare, 0, plane, 0, plane.length);
    }
  }

  /// Turns the hue by `turns` (0.5 is half the circle), value and saturation kept (HSV); grey
  /// images stay as they are.
  ///
  /// The hue h of a colour, in sixths of a turn from red, is ±u, where u falls from red to cyan on
  /// either side: `u = (g + b - r - 2 min + max) / (max - min)`, positive where `g >= b`. A channel
  /// whose own hue is c then has the value `min + (max - min) * clamp(2 - d, 0, 1)`, d being the
  /// distance of h and c around the circle. Both hold on every side of the hexagon, so there is not
  /// one branch.
  static void hue(float[][] planes, float turns, float[][] spares) {
    if (planes.length == 1) {
      return;
    }
    var most = spares[0];
    var least = spares[1];
    var hue = spares[2];
    var red = planes[0];
    var green = planes[1];
    var blue = planes[2];
    extremes(red, green, blue, most, least);
    fromRed(red, green, blue, most, least, hue);
    turn(green, blue, hue, 6 * (turns - Math.round(turns)));
    channel(red, most, least, hue, 0);
    channel(green, most, least, hue, 2);
    channel(blue, most, least, hue, -2);
  }

  private static void scale(float[] plane, float factor) {
    for (int i = 0; i < plane.length; i++) {
      plane[i] = Math.min(MOST, factor * plane[i]);
    }
  }

  private static void scaleAndAdd(float[] plane, float factor, float addend) {
    for (int i = 0; i < plane.length; i++) {
      plane[i] = Math.max(0, Math.min(MOST, factor * plane[i] + addend));
    }
  }

  private static void blend(float[] plane, float factor, float[] other) {
    float rest = 1 - factor;
    for (int i = 0; i < plane.length; i++) {
      plane[i] = Math.max(0, Math.min(MOST, factor * plane[i] + rest * other[i]));
    }
  }

  private static void luma(float[][] planes, float[] into) {
    if (planes.length == 1) {
      System.arraycopy(planes[0], 0, into, 0, into.length);
      return;
    }
    luma(planes[0], planes[1], planes[2], into);
  }

  private static void luma(float[] red, float[] green, float[] blue, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
    }
  }

  /// Four sums at a time: one alone would wait for itself at every addition.
  private static float mean(float[] plane) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < plane.length; i += 4) {
      sum0 += plane[i];
      sum1 += plane[i + 1];
      sum2 += plane[i + 2];
      sum3 += plane[i + 3];
    }
    for (; i < plane.length; i++) {
      sum0 += plane[i];
    }
    return (float) ((sum0 + sum1 + sum2 + sum3) / plane.length);
  }

  private static void extremes(
      float[] red, float[] green, float[] blue, float[] most, float[] least) {
    for (int i = 0; i < most.length; i++) {
      most[i] = Math.max(red[i], Math.max(green[i], blue[i]));
    }
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(red[i], Math.min(green[i], blue[i]));
    }
  }

  private static void fromRed(
      float[] red, float[] green, float[] blue, float[] most, float[] least, float[] hue) {
    for (int i = 0; i < hue.length; i++) {
      hue[i] =
          (green[i] + blue[i] - red[i] - 2 * least[i] + most[i])
              / Math.max(most[i] - least[i], TINY);
    }
  }

  /// The sign counts equal green and blue as positive: cyan lies at +3.
  private static void turn(float[] green, float[] blue, float[] hue, float sixths) {
    for (int i = 0; i < hue.length; i++) {
      hue[i] = Math.signum(green[i] - blue[i] + TINY) * hue[i] + sixths;
    }
  }

  /// With `q = ||h - c| - 6|`, between 0 and 6 for any h in -6..6, the distance around the circle
  /// is `min(q, 6 - q)`, and 2 less that is `|q - 3| - 1`.
  private static void channel(float[] plane, float[] most, float[] least, float[] hue, float own) {
    for (int i = 0; i < plane.length; i++) {
      float q = Math.abs(Math.abs(hue[i] - own) - 6);
      plane[i] = least[i] + (most[i] - least[i]) * Math.min(1, Math.max(0, Math.abs(q - 3) - 1));
    }
  }
}
