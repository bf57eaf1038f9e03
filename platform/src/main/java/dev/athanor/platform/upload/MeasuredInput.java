package dev.athanor.platform.upload;

import dev.athanor.platform.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Counts, digests and bounds what is read through it, and remembers how reading ended: whoever
/// reads it may hide the reason in an exception of their own.
public final class MeasuredInput extends InputStream {
  /// How many bytes may pass between two signs of life.
  private static final long REPORT = 64L << 20;

  private final InputStream from;
  private final long limit;
  private final Runnable alive;
  private final MessageDigest sha256 = Sha256.digest();
  private long bytes;
  private long reported;
  private boolean broken;

  /// @param limit bytes after which reading fails
  /// @param alive called every now and then while bytes come
  public MeasuredInput(InputStream from, long limit, Runnable alive) {
    this.from = from;
    this.limit = limit;
    this.alive = alive;
  }

  /// @param limit bytes after which reading fails
  public MeasuredInput(InputStream from, long limit) {
    this(from, limit, () -> {});
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      count = from.read(into, offset, length);
    } catch (IOException failure) {
      broken = true;
      throw failure;
    }
    if (count > 0) {
      sha256.update(into, offset, count);
      bytes += count;
    }
    if (exceeded()) {
      throw new IOException("more than %d bytes".formatted(limit));
    }
    if (bytes - reported >= REPORT) {
      reported = bytes;
      alive.run();
    }
    return count;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /// How many have passed.
  public long bytes() {
    return bytes;
  }

  /// Whether there was more than the limit.
  public boolean exceeded() {
    return bytes > limit;
  }

  /// Whether what is read from broke off.
  public boolean broken() {
    return broken;
  }

  /// Of what has passed; asked once, at the end.
  public String sha256() {
    return Sha256.hex(sha256);
  }
}
