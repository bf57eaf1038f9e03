package dev.athanor.preprocessing;

/// The deterministic view that evaluation and serving see, and its normalisation. Safe for many
/// threads.
public final class ImagePreprocessing {
  private ImagePreprocessing() {}

  /// Resizes the shorter side to `max(height, width)` (antialiased bilinear, rounded to the nearest
  /// value) and crops the centre, as torchvision's `Resize` and `CenterCrop` do. An image that has
  /// the size already stays as it is.
  ///
  /// @param into takes `(height, width, image.channels())` bytes from `offset` on
  public static void view(Image image, int height, int width, byte[] into, int offset) {
    int size = Math.max(height, width);
    view(image, height, width, size, Interpolation.BILINEAR, into, offset);
  }

  private static void view(
      Image image,
      int height,
      int width,
      int size,
      Interpolation interpolation,
      byte[] into,
      int offset) {
    int shorter = Math.min(image.height(), image.width());
    if (image.height() == height && image.width() == width && size == Math.max(height, width)) {
      System.arraycopy(image.pixels(), 0, into, offset, image.pixels().length);
      return;
    }
    var rows = axis(interpolation, image.height(), shorter, size, height);
    var columns = axis(interpolation, image.width(), shorter, size, width);
    var planes = new float[image.channels()][height * width];
    new Resampler().resample(image, rows, columns, planes);
    if (interpolation == Interpolation.BICUBIC) {
      clamp(planes);
    }
    Planes.interleave(planes, into, offset);
  }

  private static void clamp(float[][] planes) {
    for (var plane : planes) {
      for (int i = 0; i < plane.length; i++) {
        plane[i] = Math.clamp(plane[i], 0f, 255f);
      }
    }
  }

  /// Normalises a uint8 view `(height, width, channels)` into a float tensor `(channels, height,
  /// width)`: `(value / 255 - mean) / std`.
  ///
  /// @param into takes `input.values()` floats from `to` on
  public static void normalise(byte[] view, int from, ImageInput input, float[] into, int to) {
    int plane = input.height() * input.width();
    for (int c = 0; c < input.channels(); c++) {
      var table = table(input.mean()[c], input.std()[c]);
      for (int i = 0; i < plane; i++) {
        into[to + c * plane + i] = table[view[from + i * input.channels() + c] & 0xff];
      }
    }
  }

  /// An image as the tensor that an encoder takes: `(channels, height, width)`.
  public static float[] tensor(Image image, ImageInput input) {
    if (image.channels() != input.channels()) {
      throw new IllegalArgumentException(
          "image: %d channels (expected: %d)".formatted(image.channels(), input.channels()));
    }
    var view = new byte[input.values()];
    view(image, input.height(), input.width(), input.shorterSide(), input.interpolation(), view, 0);
    var tensor = new float[input.values()];
    normalise(view, 0, input, tensor, 0);
    return tensor;
  }

  /// Only the cropped outputs are resampled, so that a very long image costs no more than a square.
  private static Taps axis(
      Interpolation interpolation, int length, int shorter, int size, int outputs) {
    int resized = length == shorter ? size : Math.toIntExact((long) size * length / shorter);
    int from = (int) Math.rint((resized - outputs) / 2.0);
    return Taps.of(interpolation, 0, length, resized, from, outputs);
  }

  private static float[] table(float mean, float std) {
    var table = new float[256];
    for (int value = 0; value < table.length; value++) {
      table[value] = (value / 255f - mean) / std;
    }
    return table;
  }
}
