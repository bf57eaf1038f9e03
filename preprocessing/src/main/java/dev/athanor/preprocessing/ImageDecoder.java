package dev.athanor.preprocessing;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/// Decodes JPEG, PNG, GIF and WebP. Safe for many threads.
///
/// What it does where files differ:
///
/// - The header is read and the number of pixels bounded *before* anything is decoded, and the file
///   is walked to its end marker, because decoders fill what a truncated file lacks and say
///   nothing.
/// - Grey becomes RGB by repetition; RGB becomes grey with ITU-R 601 luma.
/// - Alpha is dropped, as Pillow's `convert("RGB")` does; a palette becomes its colours; of 16-bit
///   samples the high byte is kept.
/// - An animation counts with its first frame. What a GIF's first frame leaves of its screen has
///   the file's background colour.
/// - An EXIF orientation is applied: the encoder sees what a person sees.
public final class ImageDecoder {
  /// 64 Mpx: above every camera in common use, and 192 MiB of RGB.
  public static final long DEFAULT_MAX_PIXELS = 64L << 20;

  private final long maxPixels;

  public ImageDecoder() {
    this(DEFAULT_MAX_PIXELS);
  }

  public ImageDecoder(long maxPixels) {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels: %d (expected: > 0)".formatted(maxPixels));
    }
    this.maxPixels = maxPixels;
    OpenCv.version();
  }

  /// The native library that decodes, with its version: its change may change pixels.
  public static String library() {
    return "OpenCV " + OpenCv.version();
  }

  /// Decodes to grey (`channels` 1) or RGB (`channels` 3).
  ///
  /// @throws ImageException when the bytes are not a whole file of these, or too large a one
  public Image decode(byte[] encoded, int channels) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: %d (expected: 1 or 3)".formatted(channels));
    }
    var header = ImageHeader.read(encoded);
    checkSize(header);
    return decodeChecked(whole(encoded, header), header, channels);
  }

  /// What is given to the decoder of a file that has an end.
  private static byte[] whole(byte[] encoded, ImageHeader header) {
    switch (header.format()) {
      case JPEG -> new Jpeg(encoded).checkWhole();
      case PNG -> new Png(encoded).checkWhole();
      case WEBP -> new WebP(encoded).checkWhole();
      case GIF -> {
        return new Gif(encoded).whole();
      }
    }
    return encoded;
  }

  private void checkSize(ImageHeader header) {
    if ((long) header.height() * header.width() > maxPixels) {
      throw new ImageException(
          "image size: %d x %d (expected: at most %d pixels)"
              .formatted(header.height(), header.width(), maxPixels));
    }
  }

  private static Image decodeChecked(byte[] encoded, ImageHeader header, int channels) {
    int flags =
        channels == 1 ? opencv_imgcodecs.IMREAD_GRAYSCALE : opencv_imgcodecs.IMREAD_COLOR_RGB;
    try (var buffer = new BytePointer(encoded);
        var flat = new Mat(1, encoded.length, opencv_core.CV_8UC1, buffer);
        var decoded = opencv_imgcodecs.imdecode(flat, flags)) {
      if (decoded.empty()) {
        throw new ImageException(
            "%s: corrupt: %d bytes that do not decode (expected: a valid file)"
                .formatted(header.format(), encoded.length));
      }
      var pixels = new byte[decoded.rows() * decoded.cols() * decoded.channels()];
      decoded.data().get(pixels);
      return new Image(decoded.rows(), decoded.cols(), decoded.channels(), pixels);
    } catch (RuntimeException failure) {
      if (failure instanceof ImageException known) {
        throw known;
      }
      throw new ImageException(
          "%s: corrupt: the decoder refuses it (expected: a valid file)"
              .formatted(header.format()));
    }
  }
}
