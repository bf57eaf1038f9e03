package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/// An entry that is read from a stream, once.
final class StreamEntry implements Archive.Entry {
  private final String where;
  private final EntryPath path;
  private final InputStream content;
  private byte[] head = {};

  StreamEntry(String archive, String name, EntryPath path, InputStream content) {
    this.where = where(archive, name);
    this.path = path;
    this.content = content;
  }

  static String where(String archive, String name) {
    return "%s: entry %s".formatted(archive, Problem.quote(name));
  }

  @Override
  public EntryPath path() {
    return path;
  }

  @Override
  public String where() {
    return where;
  }

  @Override
  public InputStream stream() {
    return head.length == 0
        ? content
        : new SequenceInputStream(new ByteArrayInputStream(head), content);
  }

  @Override
  public byte[] head(int length) throws IOException {
    if (head.length < length) {
      int had = head.length;
      var more = content.readNBytes(length - had);
      head = Arrays.copyOf(head, had + more.length);
      System.arraycopy(more, 0, head, had, more.length);
    }
    return Arrays.copyOf(head, Math.min(length, head.length));
  }

  @Override
  public byte[] read(int limit) throws IOException {
    var rest = content.readNBytes(limit - head.length + 1);
    if (head.length + rest.length > limit) {
      throw Problem.unprocessable(
          "%s: too large (expected: at most %d bytes)".formatted(where, limit));
    }
    var whole = Arrays.copyOf(head, head.length + rest.length);
    System.arraycopy(rest, 0, whole, head.length, rest.length);
    return whole;
  }
}
