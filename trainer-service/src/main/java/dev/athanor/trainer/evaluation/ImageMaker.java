package dev.athanor.trainer.evaluation;

import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.util.Arrays;

/// Pictures of what a model that makes images makes, as PNG.
final class ImageMaker {
  static final String RECONSTRUCTIONS = "reconstructions";
  static final String SAMPLES = "samples";

  private static final int COLUMNS = 8;
  private static final int RECONSTRUCTED = 4 * COLUMNS;
  private static final int SAMPLED = 8 * COLUMNS;

  private final ImageEncoder encoder = new ImageEncoder();

  /// Rows of images, each above the row of their reconstructions.
  byte[] reconstructions(TrainingSession session, ImageBatch images) {
    int count = Math.min(RECONSTRUCTED, images.images());
    int bytes = images.height() * images.width() * images.channels();
    var some =
        new ImageBatch(
            1,
            count,
            images.height(),
            images.width(),
            images.channels(),
            Arrays.copyOf(images.pixels(), count * bytes),
            new int[count]);
    var again = session.project(some);
    var grid = grid(2 * rows(count), images);
    for (int i = 0; i < count; i++) {
      int row = 2 * (i / COLUMNS);
      grid.put(row, i % COLUMNS, some.pixels(), i * bytes);
      grid.put(row + 1, i % COLUMNS, interleaved(again[i], images), 0);
    }
    return encoder.png(grid.image());
  }

  /// Images decoded from samples of the prior.
  ///
  /// @param like says how large they are
  byte[] samples(TrainingSession session, ImageBatch like) {
    var sampled = session.samplesOfPrior(SAMPLED);
    var grid = grid(rows(SAMPLED), like);
    for (int i = 0; i < SAMPLED; i++) {
      grid.put(i / COLUMNS, i % COLUMNS, interleaved(sampled[i], like), 0);
    }
    return encoder.png(grid.image());
  }

  private static int rows(int images) {
    return Math.ceilDiv(images, COLUMNS);
  }

  private static Grid grid(int rows, ImageBatch like) {
    return new Grid(
        like.height(),
        like.width(),
        like.channels(),
        new byte[rows * COLUMNS * like.height() * like.width() * like.channels()]);
  }

  /// (C, H, W) from 0 to 1 as bytes (H, W, C).
  private static byte[] interleaved(float[] planes, ImageBatch like) {
    int plane = like.height() * like.width();
    var pixels = new byte[planes.length];
    for (int i = 0; i < pixels.length; i++) {
      float value = planes[i % like.channels() * plane + i / like.channels()];
      pixels[i] = (byte) Math.clamp(Math.round(255 * value), 0, 255);
    }
    return pixels;
  }

  /// Images of one size side by side.
  private record Grid(int height, int width, int channels, byte[] pixels) {
    void put(int row, int column, byte[] from, int at) {
      int line = width * channels;
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            from, at + y * line, pixels, ((row * height + y) * COLUMNS + column) * line, line);
      }
    }

    Image image() {
      int across = COLUMNS * width;
      return new Image(pixels.length / (across * channels), across, channels, pixels);
    }
  }
}
