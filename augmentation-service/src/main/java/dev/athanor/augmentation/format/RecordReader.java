package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/// Bounds one record, so that a quote that is never closed does not read a whole file into memory.
/// What reads from it may read a little ahead, so the bound is not exact; texts are measured again.
final class RecordReader extends Reader {
  private static final int AHEAD = 1 << 16;

  private final Reader input;
  private final String where;
  private final int limit;
  private long line = 1;
  private long read;

  /// @param limit the most bytes of a record's text
  RecordReader(Reader input, String where, int limit) {
    this.input = input;
    this.where = where;
    this.limit = limit;
  }

  /// A record starts.
  void begin(long atLine) {
    line = atLine;
    read = 0;
  }

  /// The line that comes next, without its end; null at the end of the file.
  @Nullable String line() throws IOException {
    var text = new StringBuilder();
    int next = read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = read()) {
      text.append((char) next);
    }
    return text.toString();
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    int count = input.read(into, offset, length);
    read += Math.max(0, count);
    if (read > (long) limit + AHEAD) {
      throw tooLong(where, line, limit);
    }
    return count;
  }

  static Problem tooLong(String where, long line, int limit) {
    return Problem.unprocessable(
        "%s: line %d: a record of more than %d bytes (expected: no more; a quote that is never closed makes one record of all that follows)"
            .formatted(where, line, limit));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
