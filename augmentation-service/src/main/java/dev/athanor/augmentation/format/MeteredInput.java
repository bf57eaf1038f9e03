package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;

/// Stands below a library that reads names and attributes into memory, as many as there are, and
/// refuses those without end.
final class MeteredInput extends InputStream {
  private static final int MOST = 1 << 20;

  private final String where;
  private final InputStream input;
  private long left = Long.MAX_VALUE;

  MeteredInput(String where, InputStream input) {
    this.where = where;
    this.input = input;
  }

  /// From here to the next call a megabyte at most may be read.
  void bound() {
    left = MOST;
  }

  /// From here on content is read, however much there is.
  void unbound() {
    left = Long.MAX_VALUE;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = input.read(into, offset, length);
    left -= Math.max(0, count);
    if (left < 0) {
      throw Problem.unprocessable(
          "%s: more than %d bytes of names and attributes before content (expected: fewer)"
              .formatted(where, MOST));
    }
    return count;
  }
}
