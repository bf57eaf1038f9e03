package dev.athanor.preprocessing;

/// What an image encoder takes, as the `input` of its card.json says: an NCHW float tensor of
/// `(value / 255 - mean) / std` a channel.
///
/// @param mean one a channel, on the scale 0..1
/// @param std one a channel, on the scale 0..1, greater than 0
/// @param shorterSide what an image's shorter side is resized to before the middle is cut out
public record ImageInput(
    int height,
    int width,
    int channels,
    float[] mean,
    float[] std,
    int shorterSide,
    Interpolation interpolation) {

  /// Of one view: far above what encoders read, and few enough that a batch of tensors fits into
  /// memory whatever a card says.
  public static final int MOST_PIXELS = 2048 * 2048;

  /// As the trainer's own encoders have it: the shorter side becomes the larger of the input's.
  public ImageInput(int height, int width, int channels, float[] mean, float[] std) {
    this(height, width, channels, mean, std, Math.max(height, width), Interpolation.BILINEAR);
  }

  public ImageInput {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "input size: %d x %d (expected: at least 1 x 1)".formatted(height, width));
    }
    if ((long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "input size: %d x %d (expected: at most %d pixels)"
              .formatted(height, width, MOST_PIXELS));
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "input.channels: %d (expected: 1 or 3)".formatted(channels));
    }
    int larger = Math.max(height, width);
    if (shorterSide < larger || shorterSide > 2 * larger) {
      throw new IllegalArgumentException(
          "input.shorterSide: %d (expected: from %d to %d, to cut %d x %d out of)"
              .formatted(shorterSide, larger, 2 * larger, height, width));
    }
    checkLength("mean", mean, channels);
    checkLength("std", std, channels);
    for (int c = 0; c < channels; c++) {
      if (!Float.isFinite(mean[c])) {
        throw new IllegalArgumentException(
            "input.mean[%d]: %s (expected: a finite number)".formatted(c, mean[c]));
      }
      if (!(std[c] > 0 && Float.isFinite(std[c]))) {
        throw new IllegalArgumentException(
            "input.std[%d]: %s (expected: > 0)".formatted(c, std[c]));
      }
    }
  }

  /// Bytes of one uint8 view, which is also the number of floats of its tensor.
  public int values() {
    return height * width * channels;
  }

  private static void checkLength(String field, float[] values, int channels) {
    if (values.length != channels) {
      throw new IllegalArgumentException(
          "input.%s: %d values (expected: %d, one a channel)"
              .formatted(field, values.length, channels));
    }
  }
}
