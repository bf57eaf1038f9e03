package dev.athanor.preprocessing;

import java.util.Optional;

/// What the first bytes of an encoded image say about it, read without decoding a pixel.
///
/// @param height rows as stored, before an EXIF orientation turns them; of GIF's screen or WebP's
///   canvas, on which the frames lie
/// @param width columns as stored
/// @param channels 1 where the file holds grey (an alpha channel is not counted), else 3
public record ImageHeader(ImageFormat format, int height, int width, int channels) {

  /// As many bytes as [#format] needs to tell.
  public static final int MAGIC_BYTES = 12;

  /// Reads the header of a file.
  ///
  /// @throws ImageException when the bytes are of no format that we read, or end or break within
  ///   the header
  public static ImageHeader read(byte[] encoded) {
    return switch (format(encoded).orElseThrow(() -> unknown(encoded))) {
      case JPEG -> new Jpeg(encoded).header();
      case PNG -> new Png(encoded).header();
      case GIF -> new Gif(encoded).header();
      case WEBP -> new WebP(encoded).header();
    };
  }

  /// The format that the magic bytes name; empty when it is none that we read.
  public static Optional<ImageFormat> format(byte[] encoded) {
    if (Jpeg.startsLike(encoded)) {
      return Optional.of(ImageFormat.JPEG);
    }
    if (Png.startsLike(encoded)) {
      return Optional.of(ImageFormat.PNG);
    }
    if (Gif.startsLike(encoded)) {
      return Optional.of(ImageFormat.GIF);
    }
    return WebP.startsLike(encoded) ? Optional.of(ImageFormat.WEBP) : Optional.empty();
  }

  private static ImageException unknown(byte[] encoded) {
    var start = new StringBuilder();
    for (int i = 0; i < Math.min(4, encoded.length); i++) {
      start.append(" %02x".formatted(encoded[i]));
    }
    return new ImageException(
        "image: %d bytes%s (expected: a JPEG, PNG, GIF or WebP file)"
            .formatted(encoded.length, encoded.length == 0 ? "" : " that start with" + start));
  }
}
