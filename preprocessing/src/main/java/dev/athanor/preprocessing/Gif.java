package dev.athanor.preprocessing;

/// Walks the blocks of a GIF file (GIF89a specification) without decoding it. Of an animation the
/// first frame is the image; it lies on a screen of the size that the header says.
final class Gif {
  private static final int SCREEN = 6;
  private static final int FIRST_TABLE = 13;
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int TRANSPARENT = 1;
  private static final int NOWHERE = -1;

  private final byte[] bytes;

  Gif(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean startsLike(byte[] bytes) {
    return bytes.length >= SCREEN
        && bytes[0] == 'G'
        && bytes[1] == 'I'
        && bytes[2] == 'F'
        && bytes[3] == '8'
        && (bytes[4] == '7' || bytes[4] == '9')
        && bytes[5] == 'a';
  }

  ImageHeader header() {
    int width = shortAt(SCREEN);
    int height = shortAt(SCREEN + 2);
    if (height == 0 || width == 0) {
      throw new ImageException(
          "GIF: %d x %d pixels (expected: at least 1 x 1)".formatted(height, width));
    }
    return new ImageHeader(ImageFormat.GIF, height, width, 3);
  }

  /// Checks that every block up to the trailer is there, and that the first frame lies on the
  /// screen. Its pixels are the decoder's to check, which refuses where there are too few.
  ///
  /// @return the file with no colour of the first frame declared transparent: what is to be seen
  ///   through it is nobody's to say, and so the colours themselves count, as they do in PNG
  byte[] whole() {
    int frames = 0;
    int control = NOWHERE;
    int at = FIRST_TABLE + tableBytes(SCREEN + 4);
    for (int block = byteAt(at); block != TRAILER; block = byteAt(at)) {
      switch (block) {
        case EXTENSION -> {
          if (frames == 0 && byteAt(at + 1) == GRAPHIC_CONTROL && byteAt(at + 2) > 0) {
            control = at + 3;
          }
          at = behindBlocks(at + 2);
        }
        case FRAME -> {
          if (frames++ == 0) {
            checkOnScreen(at + 1);
          }
          int data = at + 10 + tableBytes(at + 9);
          at = behindBlocks(data + 1); // the first byte says how wide the codes are
        }
        default ->
            throw new ImageException(
                "GIF: corrupt at byte %d: %02x (expected: an extension, a frame or the trailer, 21, 2c or 3b)"
                    .formatted(at, block));
      }
    }
    if (frames == 0) {
      throw new ImageException("GIF: no image data (expected: at least one frame)");
    }
    return opaque(control);
  }

  private byte[] opaque(int control) {
    if (control == NOWHERE || (bytes[control] & TRANSPARENT) == 0) {
      return bytes;
    }
    var opaque = bytes.clone();
    opaque[control] &= ~TRANSPARENT;
    return opaque;
  }

  private void checkOnScreen(int frame) {
    var screen = header();
    int left = shortAt(frame);
    int top = shortAt(frame + 2);
    int width = shortAt(frame + 4);
    int height = shortAt(frame + 6);
    if (width == 0
        || height == 0
        || left + width > screen.width()
        || top + height > screen.height()) {
      throw new ImageException(
          "GIF: a first frame of %d x %d pixels at row %d, column %d (expected: within %d x %d)"
              .formatted(height, width, top, left, screen.height(), screen.width()));
    }
  }

  /// @param flags where the byte stands that says whether there is a table, and how long it is
  private int tableBytes(int flags) {
    int flag = byteAt(flags);
    return (flag & 0x80) == 0 ? 0 : 3 * (2 << (flag & 7));
  }

  /// Where a chain of data blocks ends, each with its length in front, the last one empty.
  private int behindBlocks(int from) {
    int at = from;
    for (int length = byteAt(at); length > 0; length = byteAt(at)) {
      at += 1 + length;
    }
    return at + 1;
  }

  private int shortAt(int at) {
    return byteAt(at) | byteAt(at + 1) << 8;
  }

  private int byteAt(int at) {
    if (at >= bytes.length) {
      throw new ImageException(
          "GIF: truncated after %d bytes (expected: a trailer)".formatted(bytes.length));
    }
    return bytes[at] & 0xff;
  }
}
