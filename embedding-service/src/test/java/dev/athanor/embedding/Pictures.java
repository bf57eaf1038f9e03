package dev.athanor.embedding;

import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/// Image files, ordinary and odd.
public final class Pictures {
  private Pictures() {}

  public static Image noise(int height, int width, Random random) {
    var pixels = new byte[height * width * 3];
    random.nextBytes(pixels);
    return new Image(height, width, 3, pixels);
  }

  public static byte[] png(Image image) {
    return new ImageEncoder().png(image);
  }

  /// Written by the JDK's own encoder.
  public static byte[] jpeg(Image image) {
    var buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        buffered.setRGB(x, y, image.at(y, x, 0) << 16 | image.at(y, x, 1) << 8 | image.at(y, x, 2));
      }
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(buffered, "jpeg", bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// A JPEG whose EXIF data says that it lies on its side (6: turn it by 90° clockwise).
  public static byte[] turned(byte[] jpeg, int orientation) {
    var exif =
        ByteBuffer.allocate(32)
            .put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII))
            .putInt(8)
            .putShort((short) 1)
            .putShort((short) 0x0112)
            .putShort((short) 3)
            .putInt(1)
            .putShort((short) orientation)
            .array();
    return ByteBuffer.allocate(jpeg.length + 4 + exif.length)
        .put(jpeg, 0, 2)
        .putShort((short) 0xffe1)
        .putShort((short) (exif.length + 2))
        .put(exif)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /// A PNG of a few kilobytes whose pixels would fill many gigabytes.
  public static byte[] bomb() {
    return pngOf(60_000, 60_000, 8, 2, new byte[1 << 16], new byte[0][]);
  }

  /// A PNG with 16 bits a sample, each the 8-bit sample in its high byte.
  public static byte[] png16(Image image) {
    var rows = ByteBuffer.allocate(image.height() * (1 + image.width() * 6));
    for (int y = 0; y < image.height(); y++) {
      rows.put((byte) 0);
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < 3; c++) {
          rows.put((byte) image.at(y, x, c)).put((byte) 0x11);
        }
      }
    }
    return pngOf(image.height(), image.width(), 16, 2, rows.array(), new byte[0][]);
  }

  /// An animated PNG: `image` is its first frame, black the second.
  public static byte[] animated(Image image) {
    int height = image.height();
    int width = image.width();
    var rows = ByteBuffer.allocate(height * (1 + width * 3));
    for (int y = 0; y < height; y++) {
      rows.put((byte) 0).put(image.pixels(), y * width * 3, width * 3);
    }
    var control = ByteBuffer.allocate(8).putInt(2).putInt(0).array();
    var second =
        ByteBuffer.allocate(4 + deflated(new byte[height * (1 + width * 3)]).length)
            .putInt(2)
            .put(deflated(new byte[height * (1 + width * 3)]))
            .array();
    return pngOf(
        height,
        width,
        8,
        2,
        rows.array(),
        new byte[][] {
          chunk("acTL", control),
          chunk("fcTL", frame(0, height, width)),
          chunk("fcTL", frame(1, height, width)),
          chunk("fdAT", second)
        });
  }

  private static byte[] frame(int sequence, int height, int width) {
    return ByteBuffer.allocate(26)
        .putInt(sequence)
        .putInt(width)
        .putInt(height)
        .putInt(0)
        .putInt(0)
        .putShort((short) 1)
        .putShort((short) 10)
        .put((byte) 0)
        .put((byte) 0)
        .array();
  }

  /// @param more the first two go before the image data, the others behind it
  private static byte[] pngOf(
      int height, int width, int bits, int colour, byte[] rows, byte[][] more) {
    var header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {(byte) bits, (byte) colour, 0, 0, 0});
    var file = new ByteArrayOutputStream();
    file.writeBytes(ByteBuffer.allocate(8).putLong(0x89504e470d0a1a0aL).array());
    file.writeBytes(chunk("IHDR", header.array()));
    for (int i = 0; i < Math.min(2, more.length); i++) {
      file.writeBytes(more[i]);
    }
    file.writeBytes(chunk("IDAT", deflated(rows)));
    for (int i = 2; i < more.length; i++) {
      file.writeBytes(more[i]);
    }
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) {
    try (var deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      var into = new byte[bytes.length + 1024];
      int length = deflater.deflate(into);
      return Arrays.copyOf(into, length);
    }
  }

  private static byte[] chunk(String type, byte[] content) {
    var chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    var sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + content.length);
    return chunk.putInt((int) sum.getValue()).array();
  }
}
