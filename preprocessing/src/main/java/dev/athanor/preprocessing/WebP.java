package dev.athanor.preprocessing;

/// Walks the chunks of a WebP file (RFC 9649) without decoding it. Of an animation the first frame
/// is the image; it lies on a canvas of the size that the header says.
final class WebP {
  private static final int RIFF = 0x46464952; // read with its first byte lowest
  private static final int WEBP = 0x50424557;
  private static final int LOSSY = 0x20385056;
  private static final int LOSSLESS = 0x4c385056;
  private static final int EXTENDED = 0x58385056;
  private static final int FRAME = 0x464d4e41;
  private static final int FIRST_CHUNK = 12;
  private static final int LOSSY_START = 0x2a019d;
  private static final int LOSSLESS_START = 0x2f;

  private final byte[] bytes;

  WebP(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean startsLike(byte[] bytes) {
    var file = new WebP(bytes);
    return bytes.length >= FIRST_CHUNK && file.intAt(0) == RIFF && file.intAt(8) == WEBP;
  }

  ImageHeader header() {
    int content = FIRST_CHUNK + 8;
    return switch (intAt(FIRST_CHUNK)) {
      case LOSSY -> {
        if ((byteAt(content) & 1) != 0 || threeAt(content + 3) != LOSSY_START) {
          throw corrupt(content, "a key frame's start code");
        }
        yield size(shortAt(content + 8) & 0x3fff, shortAt(content + 6) & 0x3fff);
      }
      case LOSSLESS -> {
        if (byteAt(content) != LOSSLESS_START) {
          throw corrupt(content, "a lossless image's signature, 2f");
        }
        int bits = intAt(content + 1);
        yield size((bits >> 14 & 0x3fff) + 1, (bits & 0x3fff) + 1);
      }
      case EXTENDED -> size(threeAt(content + 7) + 1, threeAt(content + 4) + 1);
      default -> throw corrupt(FIRST_CHUNK, "a chunk VP8, VP8L or VP8X");
    };
  }

  private static ImageHeader size(int height, int width) {
    if (height == 0 || width == 0) {
      throw new ImageException(
          "WEBP: %d x %d pixels (expected: at least 1 x 1)".formatted(height, width));
    }
    return new ImageHeader(ImageFormat.WEBP, height, width, 3);
  }

  /// Checks that the file is as long as it says, and its chunks fill it. What is in them is the
  /// decoder's to check, which refuses where there is too little.
  void checkWhole() {
    long end = 8 + (intAt(4) & 0xffffffffL);
    if (end > bytes.length) {
      throw truncated();
    }
    boolean data = false;
    long at = FIRST_CHUNK;
    while (at < end) {
      int chunk = (int) at;
      int type = intAt(chunk);
      data |= type == LOSSY || type == LOSSLESS || type == FRAME;
      long length = intAt(chunk + 4) & 0xffffffffL;
      at += 8 + length + length % 2;
      if (at > end) {
        throw corrupt(chunk, "a chunk that ends within the file");
      }
    }
    if (!data) {
      throw new ImageException("WEBP: no image data (expected: at least one VP8, VP8L or ANMF)");
    }
  }

  private ImageException corrupt(int at, String expected) {
    return new ImageException("WEBP: corrupt at byte %d (expected: %s)".formatted(at, expected));
  }

  private int intAt(int at) {
    return threeAt(at) | byteAt(at + 3) << 24;
  }

  private int threeAt(int at) {
    return shortAt(at) | byteAt(at + 2) << 16;
  }

  private int shortAt(int at) {
    return byteAt(at) | byteAt(at + 1) << 8;
  }

  private int byteAt(int at) {
    if (at >= bytes.length) {
      throw truncated();
    }
    return bytes[at] & 0xff;
  }

  private ImageException truncated() {
    return new ImageException(
        "WEBP: truncated after %d bytes (expected: as many as its header says)"
            .formatted(bytes.length));
  }
}
