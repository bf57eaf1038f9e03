package dev.athanor.preprocessing;

/// Decoded pixels: uint8, `(height, width, channels)` in C order, one channel (grey) or three
/// (RGB).
///
/// The array is not copied: whoever makes an image gives the array away.
///
/// @param pixels `height * width * channels` bytes, to be read as unsigned
public record Image(int height, int width, int channels, byte[] pixels) {
  public Image {
    if (height < 1 || width < 1) {
      throw new ImageException(
          "image size: %d x %d (expected: at least 1 x 1)".formatted(height, width));
    }
    if (channels != 1 && channels != 3) {
      throw new ImageException("image channels: %d (expected: 1 or 3)".formatted(channels));
    }
    if (pixels.length != (long) height * width * channels) {
      throw new ImageException(
          "image pixels: %d bytes (expected: %d x %d x %d)"
              .formatted(pixels.length, height, width, channels));
    }
  }

  /// The value at a row, a column and a channel, 0..255.
  public int at(int row, int column, int channel) {
    return pixels[(row * width + column) * channels + channel] & 0xff;
  }
}
