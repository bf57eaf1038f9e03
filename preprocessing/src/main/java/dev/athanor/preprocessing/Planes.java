package dev.athanor.preprocessing;

/// Planes of floats 0..255, one a channel: the form that image operations work on.
public final class Planes {
  private Planes() {}

  /// Rounds to the nearest value and writes `(height, width, channels)` bytes.
  public static void interleave(float[][] planes, byte[] into, int offset) {
    int channels = planes.length;
    for (int c = 0; c < channels; c++) {
      var plane = planes[c];
      for (int i = 0; i < plane.length; i++) {
        into[offset + i * channels + c] = (byte) (int) (plane[i] + 0.5f);
      }
    }
  }
}
