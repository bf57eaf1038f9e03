package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.shard.Manifest.ImageShape;
import dev.athanor.preprocessing.Image;
import java.util.ArrayList;
import java.util.List;

/// Sizes of all images, mean and standard deviation of the training split's pixels. Sums are whole
/// numbers, so the result does not depend on the order of the images.
final class PixelStatistics {
  private static final int MOST = 255;

  private final long[] sums = new long[3];
  private final long[] squares = new long[3];
  private long pixels;
  private int height = -1;
  private int width = -1;
  private boolean sizesDiffer;
  private boolean colour;

  /// @param counted whether the pixels go into mean and standard deviation
  void add(Image image, boolean counted) {
    sizesDiffer |= height >= 0 && (height != image.height() || width != image.width());
    height = image.height();
    width = image.width();
    colour |= image.channels() == 3;
    if (counted) {
      count(image);
    }
  }

  ImageShape shape() {
    return new ImageShape(sizesDiffer ? null : height, sizesDiffer ? null : width, colour ? 3 : 1);
  }

  /// One a channel, on the scale 0..1.
  List<Double> mean() {
    var mean = new ArrayList<Double>();
    for (int c = 0; c < shape().channels(); c++) {
      mean.add(sums[c] / (double) pixels / MOST);
    }
    return mean;
  }

  /// One a channel, on the scale 0..1, at least one level of brightness: it is made to be divided
  /// by.
  List<Double> std() {
    var std = new ArrayList<Double>();
    for (int c = 0; c < shape().channels(); c++) {
      double mean = sums[c] / (double) pixels;
      double variance = squares[c] / (double) pixels - mean * mean;
      std.add(Math.max(1, Math.sqrt(Math.max(0, variance))) / MOST);
    }
    return std;
  }

  /// Grey counts as three equal channels, for the case that other images have colours.
  private void count(Image image) {
    var values = image.pixels();
    int channels = image.channels();
    for (int c = 0; c < 3; c++) {
      long sum = 0;
      long square = 0;
      for (int i = Math.min(c, channels - 1); i < values.length; i += channels) {
        int value = values[i] & 0xff;
        sum += value;
        square += (long) value * value;
      }
      sums[c] += sum;
      squares[c] += square;
    }
    pixels += (long) image.height() * image.width();
  }
}
