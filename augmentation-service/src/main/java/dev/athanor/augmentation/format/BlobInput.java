package dev.athanor.augmentation.format;

import java.io.InputStream;

/// A blob as a stream, fetched a few megabytes at a time.
final class BlobInput extends InputStream {
  private static final int FETCH = 4 << 20;

  private final Blob blob;
  private byte[] fetched = {};
  private long start;
  private int next;

  BlobInput(Blob blob) {
    this.blob = blob;
  }

  /// Bytes given out so far.
  long position() {
    return start + next;
  }

  @Override
  public int read() {
    return fill() ? fetched[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, fetched.length - next);
    System.arraycopy(fetched, next, into, offset, count);
    next += count;
    return count;
  }

  @Override
  public int available() {
    return fetched.length - next;
  }

  private boolean fill() {
    if (next < fetched.length) {
      return true;
    }
    start += fetched.length;
    next = 0;
    fetched = new byte[0];
    if (start < blob.bytes()) {
      fetched = blob.read(start, (int) Math.min(FETCH, blob.bytes() - start));
    }
    return fetched.length > 0;
  }
}
