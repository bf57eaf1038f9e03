package dev.athanor.augmentation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Archives of small images.
public final class Archives {
  private Archives() {}

  /// `<prefix>/<class>/<i>.png` for `count` images of two classes.
  public static Map<String, byte[]> classFolders(String prefix, int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      entries.put(
          "%s%s/%03d.png".formatted(prefix, i % 2 == 0 ? "cat" : "dog", i),
          Fixtures.png(16, 3, i % 2, i));
    }
    return entries;
  }

  public static byte[] tar(Map<String, byte[]> entries) {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        var header = new TarArchiveEntry(entry.getKey(), true);
        header.setSize(entry.getValue().length);
        tar.putArchiveEntry(header);
        tar.write(entry.getValue());
        tar.closeArchiveEntry();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return bytes.toByteArray();
  }

  public static byte[] zip(Map<String, byte[]> entries) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return bytes.toByteArray();
  }

  /// A PNG file whose header promises an image of this size, and that holds no pixels.
  public static byte[] pngHeader(int width, int height) {
    var png = Fixtures.png(16, 3, 0, 0).clone();
    putInt(png, 16, width);
    putInt(png, 20, height);
    var crc = new CRC32();
    crc.update(png, 12, 17);
    putInt(png, 29, (int) crc.getValue());
    return png;
  }

  private static void putInt(byte[] into, int at, int value) {
    for (int i = 0; i < 4; i++) {
      into[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
