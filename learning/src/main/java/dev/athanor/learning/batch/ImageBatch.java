package dev.athanor.learning.batch;

import org.jspecify.annotations.Nullable;

/// Some views of some images.
///
/// The arrays are not copied: whoever makes a batch gives them away.
///
/// @param views of each sample
/// @param samples N
/// @param pixels (views, samples, height, width, channels), unsigned bytes
/// @param labels (samples), -1 where a sample has none; null where the batch carries none
@SuppressWarnings(
    "ArrayRecordComponent") // a batch is moved, never compared, and may hold megabytes
public record ImageBatch(
    int views,
    int samples,
    int height,
    int width,
    int channels,
    byte[] pixels,
    int @Nullable [] labels)
    implements Batch {

  // Not the compact form: javac then writes the annotation of a nullable array into the wrong place
  // of the class
  // file, and callers in other modules may no longer pass null.
  public ImageBatch(
      int views,
      int samples,
      int height,
      int width,
      int channels,
      byte[] pixels,
      int @Nullable [] labels) {
    positive("views", views);
    positive("samples", samples);
    positive("height", height);
    positive("width", width);
    positive("channels", channels);
    var expected = (long) views * samples * height * width * channels;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "pixels: %d bytes (expected: %d)".formatted(pixels.length, expected));
    }
    if (labels != null && labels.length != samples) {
      throw new IllegalArgumentException(
          "labels: %d (expected: %d, one a sample)".formatted(labels.length, samples));
    }
    this.views = views;
    this.samples = samples;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = pixels;
    this.labels = labels;
  }

  /// views × samples.
  public int images() {
    return views * samples;
  }

  /// Without its contents, which no log wants.
  @Override
  public String toString() {
    return "ImageBatch(%d views, %d samples, %dx%dx%d%s)"
        .formatted(views, samples, height, width, channels, labels == null ? "" : ", labelled");
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: > 0)".formatted(name, value));
    }
  }
}
