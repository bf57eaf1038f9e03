package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// A staged file's content, gunzipped where it is a gzip file, within the limits. Damage is thrown
/// as a problem that names the file.
final class UnpackedInput extends InputStream {
  /// A gzip file may be of many small members: so much of them has far less than a megabyte of
  /// headers.
  private static final int MOST_AT_ONCE = 1 << 14;

  private final Blob blob;
  private final Limits limits;
  private final BlobInput packed;
  private final MeteredInput metered;
  private final InputStream content;
  private final boolean gzip;
  private long unpacked;

  /// The last 512 bytes given out, as a ring.
  private final byte[] tail = new byte[512];

  UnpackedInput(Blob blob, Limits limits) {
    this.blob = blob;
    this.limits = limits;
    this.packed = new BlobInput(blob);
    this.metered = new MeteredInput(blob.name(), packed);
    this.gzip = isGzip(blob);
    this.content = gzip ? gunzip() : packed;
  }

  static boolean isGzip(Blob blob) {
    if (blob.bytes() < 2) {
      return false;
    }
    var magic = blob.read(0, 2);
    return magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b;
  }

  /// Bytes given out so far.
  long position() {
    return unpacked;
  }

  /// Whether the last 512 bytes given out are all zero, as a whole tar's are.
  boolean endsInZeros() {
    for (byte value : tail) {
      if (value != 0) {
        return false;
      }
    }
    return unpacked >= tail.length;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    int count;
    try {
      metered.bound();
      count = content.read(into, offset, Math.min(length, MOST_AT_ONCE));
    } catch (IOException failure) {
      throw damaged(failure);
    }
    for (int i = Math.max(0, count - tail.length); i < count; i++) {
      tail[(int) ((unpacked + i) % tail.length)] = into[offset + i];
    }
    unpacked += Math.max(0, count);
    limits.check(blob.name(), gzip ? packed.position() : unpacked, unpacked);
    return count;
  }

  /// Reads on to the end, where gzip keeps the checksum of it all.
  void drain() {
    var rest = new byte[1 << 16];
    while (read(rest, 0, rest.length) >= 0) {
      // Everything that matters happens in read.
    }
  }

  private InputStream gunzip() {
    try {
      metered.bound();
      return GzipCompressorInputStream.builder()
          .setInputStream(metered)
          .setDecompressConcatenated(true)
          .get();
    } catch (IOException failure) {
      throw damaged(failure);
    }
  }

  private Problem damaged(IOException failure) {
    return Problem.of(
        Kind.UNPROCESSABLE,
        "%s: truncated or damaged gzip after %d unpacked bytes: %s (expected: a whole file)"
            .formatted(blob.name(), unpacked, failure.getMessage()),
        failure);
  }
}
