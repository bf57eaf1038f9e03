package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Decodes UTF-8 and nothing else: the first byte that is none is a problem that names the file,
/// the line and the byte's place. A byte order mark at the start is dropped.
final class Utf8Reader extends Reader {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String where;
  private final InputStream input;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharBuffer chars = CharBuffer.allocate(1 << 16).flip();

  /// Where `bytes` starts in the file.
  private long start;

  private long line = 1;
  private boolean begun;
  private boolean ended;

  /// @param where the file, or the entry in it
  Utf8Reader(String where, InputStream input) {
    this.where = where;
    this.input = input;
  }

  /// Checks a whole text, and returns it without a byte order mark.
  static byte[] check(String where, byte[] utf8) throws IOException {
    try (var reader = new Utf8Reader(where, new ByteArrayInputStream(utf8))) {
      boolean blank = true;
      while (reader.fill()) {
        blank = blank && reader.chars.chars().allMatch(Character::isWhitespace);
      }
      if (blank) {
        throw Problem.unprocessable(where + ": empty (expected: text)");
      }
    }
    boolean marked =
        utf8.length >= 3
            && utf8[0] == (byte) 0xEF
            && utf8[1] == (byte) 0xBB
            && utf8[2] == (byte) 0xBF;
    return marked ? Arrays.copyOfRange(utf8, 3, utf8.length) : utf8;
  }

  /// Decodes something short as a whole.
  ///
  /// @param what an entry's `name` or `label`, for messages
  static String decode(String where, String what, byte[] utf8) {
    var bytes = ByteBuffer.wrap(utf8);
    var chars = CharBuffer.allocate(utf8.length);
    var result = StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, true);
    if (result.isError()) {
      throw Problem.unprocessable(
          "%s: byte %d of its %s: %s is not UTF-8 (expected: a %s in UTF-8)"
              .formatted(where, bytes.position(), what, hex(bytes, result), what));
    }
    return chars.flip().toString();
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    if (!chars.hasRemaining() && !fill()) {
      return -1;
    }
    int count = Math.min(length, chars.remaining());
    chars.get(into, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  /// Decodes what comes next; false at the end.
  private boolean fill() throws IOException {
    chars.clear();
    while (true) {
      var result = decoder.decode(bytes, chars, ended);
      if (chars.position() > 0 || (ended && result.isUnderflow())) {
        break;
      }
      if (result.isError()) {
        throw notUtf8(result);
      }
      more();
    }
    chars.flip();
    for (int i = 0; i < chars.limit(); i++) {
      line += chars.get(i) == '\n' ? 1 : 0;
    }
    if (!begun && chars.hasRemaining()) {
      begun = true;
      if (chars.get(0) == BYTE_ORDER_MARK) {
        chars.get();
        return chars.hasRemaining() || fill();
      }
    }
    return chars.hasRemaining();
  }

  private void more() throws IOException {
    start += bytes.position();
    bytes.compact();
    int count = input.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = count < 0;
    bytes.position(bytes.position() + Math.max(0, count)).flip();
  }

  private Problem notUtf8(CoderResult result) {
    return Problem.unprocessable(
        "%s: line %d, byte %d: %s is not UTF-8 (expected: text in UTF-8)"
            .formatted(where, line, start + bytes.position(), hex(bytes, result)));
  }

  /// The bytes that could not be decoded.
  private static String hex(ByteBuffer bytes, CoderResult bad) {
    var malformed = new byte[bad.length()];
    bytes.get(malformed);
    return HexFormat.ofDelimiter(" ").formatHex(malformed);
  }
}
