package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// IDX, the format of MNIST and its family (http://yann.lecun.com/exdb/mnist): a file of images,
/// grey `(n, height, width)` or colour `(n, height, width, 3)`, and beside it a file of `n` labels.
/// Each may be gzipped.
record IdxReader(List<Pair> pairs, Limits limits) implements FormatReader {
  /// Longer sides are no dataset of this family but damage.
  private static final int LONGEST_SIDE = 4096;

  /// @param labels null for a file of images without labels
  record Pair(@Nullable Split split, Blob images, @Nullable Blob labels) {}

  @Override
  public String format() {
    return "idx";
  }

  @Override
  public void read(Sample.Visitor visitor) throws IOException {
    for (var pair : pairs) {
      read(pair, visitor);
    }
  }

  private void read(Pair pair, Sample.Visitor visitor) throws IOException {
    var input = new IdxInput(pair.images(), limits);
    var shape = shape(pair.images(), input);
    long count = shape[0];
    int channels = shape.length == 4 ? shape[3] : 1;
    byte[] labels = pair.labels() == null ? null : labels(pair.images(), pair.labels(), count);
    for (int i = 0; i < count; i++) {
      var pixels = input.read("image " + i, shape[1] * shape[2] * channels);
      var image = new Image(shape[1], shape[2], channels, pixels);
      visitor.visit(
          new Sample(
              pair.images().name() + ": image " + i,
              pair.split(),
              labels == null ? null : Integer.toString(labels[i] & 0xff),
              () -> new Picture.Pixels(image)));
    }
    input.end();
  }

  /// `(n, height, width)` or `(n, height, width, channels)`.
  private int[] shape(Blob images, IdxInput input) {
    var shape = input.shape();
    boolean colour = shape.length == 4;
    if ((shape.length != 3 && !colour)
        || !isSide(shape[1])
        || !isSide(shape[2])
        || (colour && shape[3] != 1 && shape[3] != 3)) {
      throw Problem.unprocessable(
          "%s: IDX of size %s (expected: n x height x width or n x height x width x 3, sides 1..%d)"
              .formatted(images.name(), IdxInput.describe(shape), LONGEST_SIDE));
    }
    if (shape[0] > limits.samples()) {
      throw Problem.unprocessable(
          "%s: %d images (expected: at most %d)"
              .formatted(images.name(), shape[0], limits.samples()));
    }
    return shape;
  }

  private static boolean isSide(int length) {
    return length >= 1 && length <= LONGEST_SIDE;
  }

  private byte[] labels(Blob images, Blob labels, long count) {
    var input = new IdxInput(labels, limits);
    var shape = input.shape();
    if (shape.length != 1 || shape[0] != count) {
      throw Problem.unprocessable(
          "%s: labels of size %s (expected: %d, one for each image of %s)"
              .formatted(labels.name(), IdxInput.describe(shape), count, images.name()));
    }
    var values = input.read("labels", shape[0]);
    input.end();
    return values;
  }
}
