package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/// A blob as a file to seek in, as zip archives need it: their table of contents is at the end.
final class BlobChannel implements SeekableByteChannel {
  private static final int FETCH = 1 << 20;

  private final Blob blob;
  private byte[] fetched = {};
  private long start;
  private long position;
  private long most = Long.MAX_VALUE;
  private long left = most;
  private boolean open = true;

  BlobChannel(Blob blob) {
    this.blob = blob;
  }

  /// From here on a table of contents is read, of so many bytes at most.
  void bound(long bytes) {
    most = bytes;
    left = bytes;
  }

  @Override
  public int read(ByteBuffer into) {
    if (position >= blob.bytes()) {
      return -1;
    }
    if (position < start || position >= start + fetched.length) {
      // The table's start is looked for backwards.
      start = position < start ? Math.max(0, position - FETCH / 2) : position;
      fetched = blob.read(start, (int) Math.min(FETCH, blob.bytes() - start));
    }
    int from = (int) (position - start);
    int count = Math.min(into.remaining(), fetched.length - from);
    into.put(fetched, from, count);
    position += count;
    left -= count;
    if (left < 0) {
      throw Problem.unprocessable(
          "%s: a table of contents of more than %d bytes (expected: fewer files, or a tar, which has no such table)"
              .formatted(blob.name(), most));
    }
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return blob.bytes();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
