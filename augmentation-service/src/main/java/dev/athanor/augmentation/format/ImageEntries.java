package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageHeader;
import java.io.IOException;

/// Which files of an archive are its images.
final class ImageEntries {
  /// Enough for every magic number that we know.
  private static final int MAGIC = 8;

  private ImageEntries() {}

  /// True for what is JPEG or PNG by its content, and for what a picture's name promises to be one,
  /// so that a damaged picture is an error and a README is not.
  static boolean isImage(Archive.Entry entry) throws IOException {
    return entry.path().namesImage() || ImageHeader.format(entry.head(MAGIC)).isPresent();
  }

  static boolean isImage(Blob blob) {
    return ImageHeader.format(blob.read(0, (int) Math.min(MAGIC, blob.bytes()))).isPresent();
  }

  static byte[] read(Blob blob, Limits limits) {
    if (blob.bytes() > limits.imageBytes()) {
      throw Problem.unprocessable(
          "%s: %d bytes (expected: an image of at most %d)"
              .formatted(blob.name(), blob.bytes(), limits.imageBytes()));
    }
    return blob.read(0, (int) blob.bytes());
  }
}
