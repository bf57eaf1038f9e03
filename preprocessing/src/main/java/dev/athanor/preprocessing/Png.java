package dev.athanor.preprocessing;

import java.util.zip.CRC32;

/// Walks the chunks of a PNG file (ISO/IEC 15948, clause 5) without decoding it.
final class Png {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IHDR = 0x49484452;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int FIRST_CHUNK = 8;
  private static final int HEADER_BYTES = 13;
  private static final int GREY = 0;
  private static final int GREY_ALPHA = 4;

  private final byte[] bytes;

  Png(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean startsLike(byte[] bytes) {
    return bytes.length >= FIRST_CHUNK
        && (long) new Png(bytes).intAt(0) << 32 == (SIGNATURE & 0xffffffff00000000L)
        && new Png(bytes).intAt(4) == (int) SIGNATURE;
  }

  ImageHeader header() {
    if (intAt(FIRST_CHUNK + 4) != IHDR || intAt(FIRST_CHUNK) != HEADER_BYTES) {
      throw new ImageException("PNG: corrupt at byte 8 (expected: an IHDR chunk of 13 bytes)");
    }
    checkSum(FIRST_CHUNK, HEADER_BYTES);
    int width = intAt(16);
    int height = intAt(20);
    if (width < 1 || height < 1) {
      throw new ImageException(
          "PNG: %s x %s pixels (expected: at least 1 x 1)"
              .formatted(Integer.toUnsignedString(height), Integer.toUnsignedString(width)));
    }
    int colour = byteAt(25);
    return new ImageHeader(
        ImageFormat.PNG, height, width, colour == GREY || colour == GREY_ALPHA ? 1 : 3);
  }

  /// Checks that every chunk up to IEND is there and has its checksum.
  void checkWhole() {
    boolean data = false;
    for (int at = FIRST_CHUNK; ; ) {
      int length = intAt(at);
      int type = intAt(at + 4);
      if (length < 0) {
        throw new ImageException(
            "PNG: corrupt at byte %d: a chunk of %s bytes (expected: < 2^31)"
                .formatted(at, Integer.toUnsignedString(length)));
      }
      checkSum(at, length);
      data |= type == IDAT;
      if (type == IEND) {
        break;
      }
      at += 12 + length;
    }
    if (!data) {
      throw new ImageException("PNG: no image data (expected: at least one IDAT chunk)");
    }
  }

  private void checkSum(int chunk, int length) {
    if ((long) chunk + 12 + length > bytes.length) {
      throw truncated();
    }
    var sum = new CRC32();
    sum.update(bytes, chunk + 4, length + 4);
    if ((int) sum.getValue() != intAt(chunk + 8 + length)) {
      throw new ImageException(
          "PNG: corrupt: the checksum of the chunk at byte %d is %08x (expected: %08x)"
              .formatted(chunk, intAt(chunk + 8 + length), (int) sum.getValue()));
    }
  }

  private int intAt(int at) {
    return byteAt(at) << 24 | byteAt(at + 1) << 16 | byteAt(at + 2) << 8 | byteAt(at + 3);
  }

  private int byteAt(int at) {
    if (at >= bytes.length) {
      throw truncated();
    }
    return bytes[at] & 0xff;
  }

  private ImageException truncated() {
    return new ImageException(
        "PNG: truncated after %d bytes (expected: an IEND chunk)".formatted(bytes.length));
  }
}
