package dev.athanor.augmentation.dataset;

import dev.athanor.platform.digest.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Counts, digests and bounds what a caller uploads.
final class UploadInput extends FilterInputStream {
  private final MessageDigest sha256 = Sha256.digest();
  private final long limit;
  private final Runnable alive;
  private long bytes;
  private long reported;

  /// How many bytes may pass between two signs of life.
  private static final long REPORT = 64L << 20;

  /// @param limit bytes after which reading fails
  /// @param alive called every now and then while bytes come
  UploadInput(InputStream body, long limit, Runnable alive) {
    super(body);
    this.limit = limit;
    this.alive = alive;
  }

  long bytes() {
    return bytes;
  }

  boolean exceeded() {
    return bytes > limit;
  }

  String sha256() {
    return Sha256.hex(sha256);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = in.read(into, offset, length);
    if (count > 0) {
      sha256.update(into, offset, count);
      bytes += count;
      if (exceeded()) {
        throw new IOException("upload larger than %d bytes".formatted(limit));
      }
      if (bytes - reported >= REPORT) {
        reported = bytes;
        alive.run();
      }
    }
    return count;
  }
}
