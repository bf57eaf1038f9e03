package dev.athanor.preprocessing;

/// Walks the markers of a JPEG file (ITU-T T.81, annex B) without decoding it. Decoders fill what a
/// truncated file lacks with grey and say nothing; this walk is what tells.
final class Jpeg {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int TEM = 0x01;
  private static final int FIRST_RESTART = 0xd0;
  private static final int LAST_RESTART = 0xd7;

  private final byte[] bytes;
  private int position = 2;

  Jpeg(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean startsLike(byte[] bytes) {
    return bytes.length >= 3
        && (bytes[0] & 0xff) == 0xff
        && (bytes[1] & 0xff) == SOI
        && (bytes[2] & 0xff) == 0xff;
  }

  /// Reads up to the frame header, where the size stands.
  ImageHeader header() {
    while (true) {
      int marker = marker();
      if (isFrame(marker)) {
        return frame();
      }
      if (marker == SOS || marker == EOI) {
        throw new ImageException(
            "JPEG: no frame header before byte %d (expected: the size of the image)"
                .formatted(position));
      }
      skipSegment(marker);
    }
  }

  /// Walks all the way to the end-of-image marker and checks that the scans in between are whole as
  /// far as markers tell: restart markers count up, and nothing ends before its length says so.
  void checkWhole() {
    int scans = 0;
    for (int marker = marker(); marker != EOI; marker = marker()) {
      skipSegment(marker);
      if (marker == SOS) {
        scans++;
        skipScan();
      }
    }
    if (scans == 0) {
      throw new ImageException("JPEG: no image data (expected: at least one scan)");
    }
  }

  private int marker() {
    if (byteAt(position) != 0xff) {
      throw new ImageException(
          "JPEG: corrupt at byte %d: %02x (expected: a marker, ff)"
              .formatted(position, byteAt(position)));
    }
    while (byteAt(position) == 0xff) {
      position++;
    }
    return byteAt(position++);
  }

  private void skipSegment(int marker) {
    if (marker == TEM || isRestart(marker)) {
      return;
    }
    int length = shortAt(position);
    if (length < 2) {
      throw new ImageException(
          "JPEG: corrupt at byte %d: a segment of length %d (expected: >= 2)"
              .formatted(position, length));
    }
    position += length;
  }

  private void skipScan() {
    int restart = FIRST_RESTART;
    while (true) {
      while (byteAt(position) != 0xff) {
        position++;
      }
      int next = byteAt(position + 1);
      if (isRestart(next)) {
        if (next != restart) {
          throw new ImageException(
              "JPEG: corrupt at byte %d: restart marker %02x (expected: %02x)"
                  .formatted(position, next, restart));
        }
        restart = restart == LAST_RESTART ? FIRST_RESTART : restart + 1;
      } else if (next == 0xff) {
        position++;
        continue;
      } else if (next != 0x00) {
        return;
      }
      position += 2;
    }
  }

  private ImageHeader frame() {
    int precision = byteAt(position + 2);
    int height = shortAt(position + 3);
    int width = shortAt(position + 5);
    int components = byteAt(position + 7);
    if (precision != 8) {
      throw new ImageException("JPEG: %d bits a sample (expected: 8)".formatted(precision));
    }
    if (height == 0 || width == 0) {
      throw new ImageException(
          "JPEG: %d x %d pixels (expected: at least 1 x 1)".formatted(height, width));
    }
    if (components != 1 && components != 3 && components != 4) {
      throw new ImageException(
          "JPEG: %d colour components (expected: 1, 3 or 4)".formatted(components));
    }
    return new ImageHeader(ImageFormat.JPEG, height, width, components == 1 ? 1 : 3);
  }

  /// SOF0..SOF15 but for the three codes among them that mean something else (DHT, JPG, DAC).
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean isRestart(int marker) {
    return marker >= FIRST_RESTART && marker <= LAST_RESTART;
  }

  private int shortAt(int at) {
    return byteAt(at) << 8 | byteAt(at + 1);
  }

  private int byteAt(int at) {
    if (at >= bytes.length) {
      throw new ImageException(
          "JPEG: truncated after %d bytes (expected: an end-of-image marker)"
              .formatted(bytes.length));
    }
    return bytes[at] & 0xff;
  }
}
