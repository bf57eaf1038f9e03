package dev.athanor.augmentation.view;

import dev.athanor.preprocessing.Image;
import java.util.Random;

/// Pictures that are the same on every machine.
final class Pictures {
  private Pictures() {}

  /// Waves of different lengths in each channel, and a little noise: it has edges, flat parts and
  /// every hue.
  static Image waves(int height, int width, int channels, int seed) {
    var random = new Random(seed);
    var pixels = new byte[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          int wave = (x * (5 + 3 * c) + y * (9 - 2 * c) + seed * 31) % 512;
          int value = (wave < 256 ? wave : 511 - wave) + random.nextInt(-20, 21);
          pixels[(y * width + x) * channels + c] = (byte) Math.clamp(value, 0, 255);
        }
      }
    }
    return new Image(height, width, channels, pixels);
  }

  /// The planes, one a channel, of an image.
  static float[][] planes(Image image) {
    var planes = new float[image.channels()][image.height() * image.width()];
    for (int i = 0; i < image.pixels().length; i++) {
      planes[i % image.channels()][i / image.channels()] = image.pixels()[i] & 0xff;
    }
    return planes;
  }
}
