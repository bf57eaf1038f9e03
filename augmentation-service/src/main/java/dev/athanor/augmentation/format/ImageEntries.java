package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageHeader;
import java.io.IOException;

/// Which files of an archive are its images.
final class ImageEntries {
  private ImageEntries() {}

  /// True for what is an image that we read by its content, and for what a picture's name promises
  /// to be one, so that a damaged picture is an error and a README is not.
  static boolean isImage(Archive.Entry entry) throws IOException {
    return entry.path().namesImage()
        || ImageHeader.format(entry.head(ImageHeader.MAGIC_BYTES)).isPresent();
  }

  static boolean isImage(Blob blob) {
    int head = (int) Math.min(ImageHeader.MAGIC_BYTES, blob.bytes());
    return ImageHeader.format(blob.read(0, head)).isPresent();
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
