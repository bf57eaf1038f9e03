package dev.athanor.augmentation.shard;

import dev.athanor.platform.digest.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;

/// A tar file while it is written, on the local disk. The file has no name from the moment that it
/// is open, so that a process that dies leaves nothing behind.
///
/// Headers are the same for the same content (no times, no owners), so the file's bytes depend on
/// its samples alone.
final class ShardFile implements Closeable {
  static final int BLOCK = 512;

  private final FileChannel file;
  private final MessageDigest sha256 = Sha256.digest();
  private long bytes;

  /// @param path an empty file, which is this object's from now on
  ShardFile(Path path) throws IOException {
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /// Appends a file to the archive and returns where its content starts.
  long append(String name, byte[] content) throws IOException {
    write(header(name, content.length));
    long offset = bytes;
    write(content);
    write(new byte[-content.length & (BLOCK - 1)]);
    return offset;
  }

  /// The archive's end: two empty blocks.
  void finish() throws IOException {
    write(new byte[2 * BLOCK]);
  }

  long bytes() {
    return bytes;
  }

  /// Of everything written so far; asked for once, after `finish`.
  String sha256() {
    return Sha256.hex(sha256);
  }

  InputStream open() throws IOException {
    return Channels.newInputStream(file.position(0));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void write(byte[] part) throws IOException {
    sha256.update(part);
    bytes += part.length;
    for (var rest = ByteBuffer.wrap(part); rest.hasRemaining(); ) {
      file.write(rest);
    }
  }

  /// A ustar header, POSIX.1-1988.
  private static byte[] header(String name, int size) {
    var header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 136, "00000000000\0");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    // The checksum counts its own field as spaces.
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    var ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, at, ascii.length);
  }
}
