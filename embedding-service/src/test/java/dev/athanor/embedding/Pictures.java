package dev.athanor.embedding;

import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

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
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(buffered(image), "jpeg", bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// As image editors write a JPEG for print: Adobe's marker, and four inks stored as what they
  /// leave of the light.
  public static byte[] cmyk(Image image) {
    var inks =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, image.width(), image.height(), 4, null);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        inks.setPixel(
            x, y, new int[] {image.at(y, x, 0), image.at(y, x, 1), image.at(y, x, 2), 255});
      }
    }
    var adobe = new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
    return withSegment(written("jpeg", new IIOImage(inks, null, null)), 0xffee, adobe);
  }

  /// An animated GIF, written by the JDK's own encoder: the colours of `image` reduced to 256 are
  /// its first frame, black the second.
  public static byte[] gif(Image image) {
    var black = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    return written(
        "gif", new IIOImage(buffered(image), null, null), new IIOImage(black, null, null));
  }

  /// The first frame, read by the JDK's own decoder.
  public static Image firstFrame(byte[] gif) {
    try {
      var frame = ImageIO.read(new ByteArrayInputStream(gif));
      var pixels = ByteBuffer.allocate(frame.getHeight() * frame.getWidth() * 3);
      for (int y = 0; y < frame.getHeight(); y++) {
        for (int x = 0; x < frame.getWidth(); x++) {
          int rgb = frame.getRGB(x, y);
          pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
        }
      }
      return new Image(frame.getHeight(), frame.getWidth(), 3, pixels.array());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// Without loss.
  public static byte[] webp(Image image) {
    try (var pixels = new BytePointer(image.pixels());
        var mat = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
        var blueFirst = new Mat();
        var encoded = new BytePointer();
        var options = new IntPointer(opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 101)) {
      opencv_imgproc.cvtColor(mat, blueFirst, opencv_imgproc.COLOR_RGB2BGR);
      opencv_imgcodecs.imencode(".webp", blueFirst, encoded, options);
      var bytes = new byte[(int) encoded.limit()];
      encoded.get(bytes);
      return bytes;
    }
  }

  private static BufferedImage buffered(Image image) {
    var buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        buffered.setRGB(x, y, image.at(y, x, 0) << 16 | image.at(y, x, 1) << 8 | image.at(y, x, 2));
      }
    }
    return buffered;
  }

  private static byte[] written(String format, IIOImage... frames) {
    var bytes = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName(format).next();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      if (frames.length == 1) {
        writer.write(null, frames[0], null);
      } else {
        writer.prepareWriteSequence(null);
        for (var frame : frames) {
          writer.writeToSequence(frame, null);
        }
        writer.endWriteSequence();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      writer.dispose();
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
    return withSegment(jpeg, 0xffe1, exif);
  }

  private static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    return ByteBuffer.allocate(jpeg.length + 4 + content.length)
        .put(jpeg, 0, 2)
        .putShort((short) marker)
        .putShort((short) (content.length + 2))
        .put(content)
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
