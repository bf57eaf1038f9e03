package dev.athanor.augmentation.token;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of little-endian numbers while it is written; gone once it is closed.
final class NumberFile implements Closeable {
  private final Path file;
  private final OutputStream output;
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  NumberFile(Path folder) throws IOException {
    Files.createDirectories(folder);
    this.file = Files.createTempFile(folder, "tokens-", ".bin");
    this.output = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }

  void add(int value) throws IOException {
    output.write(number.putInt(0, value).array(), 0, Integer.BYTES);
  }

  void add(long value) throws IOException {
    output.write(number.putLong(0, value).array(), 0, Long.BYTES);
  }

  /// The file, whole.
  Path finish() throws IOException {
    output.flush();
    return file;
  }

  @Override
  public void close() throws IOException {
    output.close();
    Files.deleteIfExists(file);
  }
}
