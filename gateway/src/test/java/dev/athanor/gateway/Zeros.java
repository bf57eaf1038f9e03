package dev.athanor.gateway;

import java.io.InputStream;
import java.util.Arrays;

/// A body of any length that takes no memory.
public final class Zeros extends InputStream {
  private long left;

  public Zeros(long length) {
    this.left = length;
  }

  @Override
  public int read() {
    return left-- > 0 ? 0 : -1;
  }

  @Override
  public int read(byte[] piece, int offset, int length) {
    if (left <= 0) {
      return -1;
    }
    var read = (int) Math.min(length, left);
    Arrays.fill(piece, offset, offset + read, (byte) 0);
    left -= read;
    return read;
  }
}
