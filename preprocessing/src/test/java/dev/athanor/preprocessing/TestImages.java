package dev.athanor.preprocessing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;

/// Images and files for tests, made without the code under test.
final class TestImages {
  private TestImages() {}

  /// A smooth picture with a different slope in each channel.
  static Image gradient(int height, int width, int channels) {
    var pixels = new byte[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          double value = 60 * (c + 1) + 50 * Math.sin(0.3 * x / (c + 1)) + 40.0 * y / height;
          pixels[(y * width + x) * channels + c] = (byte) (int) Math.min(255, value);
        }
      }
    }
    return new Image(height, width, channels, pixels);
  }

  static Image constant(int height, int width, int channels, int value) {
    var pixels = new byte[height * width * channels];
    java.util.Arrays.fill(pixels, (byte) value);
    return new Image(height, width, channels, pixels);
  }

  /// An RGB picture for the JDK's own encoders.
  static BufferedImage buffered(Image image) {
    var buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int last = image.channels() - 1;
        int blue = image.at(y, x, Math.min(2, last));
        int green = image.at(y, x, Math.min(1, last));
        buffered.setRGB(x, y, image.at(y, x, 0) << 16 | green << 8 | blue);
      }
    }
    return buffered;
  }

  static byte[] encoded(BufferedImage image, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException(format);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  static byte[] jpeg(Image image) {
    return encoded(buffered(image), "jpeg");
  }

  /// An animation, written by the JDK's own encoder.
  static byte[] gif(BufferedImage... frames) {
    var bytes = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (var frame : frames) {
        writer.writeToSequence(new IIOImage(frame, null, null), null);
      }
      writer.endWriteSequence();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /// A picture of four colours, the last of them transparent.
  static BufferedImage palette(int height, int width) {
    var red = new byte[] {0, (byte) 200, 10, 20};
    var green = new byte[] {0, 100, (byte) 210, 30};
    var blue = new byte[] {0, 50, 60, (byte) 220};
    var colours = new IndexColorModel(8, 4, red, green, blue, 3);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colours);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, (3 * y + x) % 4);
      }
    }
    return image;
  }

  /// An animation of two frames out of two lossless WebP files, on a canvas of this size.
  static byte[] animatedWebp(int height, int width, byte[] first, byte[] second) {
    var canvas = little(10).putInt(2);
    three(canvas, width - 1);
    three(canvas, height - 1);
    var chunks = new ByteArrayOutputStream();
    chunks.writeBytes(webpChunk("VP8X", canvas.array()));
    chunks.writeBytes(webpChunk("ANIM", new byte[6]));
    for (var still : new byte[][] {first, second}) {
      var size = ImageHeader.read(still);
      var frame = little(16 + still.length - 12);
      frame.position(6);
      three(frame, size.width() - 1);
      three(frame, size.height() - 1);
      frame.position(16).put(still, 12, still.length - 12);
      chunks.writeBytes(webpChunk("ANMF", frame.array()));
    }
    var file = little(12 + chunks.size());
    file.put("RIFF".getBytes(US_ASCII)).putInt(4 + chunks.size());
    return file.put("WEBP".getBytes(US_ASCII)).put(chunks.toByteArray()).array();
  }

  private static byte[] webpChunk(String type, byte[] content) {
    var chunk = little(8 + content.length + content.length % 2);
    return chunk.put(type.getBytes(US_ASCII)).putInt(content.length).put(content).array();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void three(ByteBuffer into, int value) {
    into.putShort((short) value).put((byte) (value >> 16));
  }

  /// A square of one colour in four components.
  static byte[] cmykJpeg(int size, int[] colour) {
    var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, size, size, 4, null);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        raster.setPixel(x, y, colour);
      }
    }
    var bytes = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(raster, null, null), null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /// A PNG file that is nothing but a valid header for these dimensions, and an end.
  static byte[] pngHeader(int height, int width) {
    var header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {8, 2, 0, 0, 0});
    return ByteBuffer.allocate(8 + 25 + 12)
        .putLong(0x89504e470d0a1a0aL)
        .put(chunk("IHDR", header.array()))
        .put(chunk("IEND", new byte[0]))
        .array();
  }

  static byte[] chunk(String type, byte[] content) {
    var chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(type.getBytes(US_ASCII)).put(content);
    var sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + content.length);
    return chunk.putInt((int) sum.getValue()).array();
  }

  /// Puts an application segment right after a JPEG's first marker.
  static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    return ByteBuffer.allocate(jpeg.length + 4 + content.length)
        .put(jpeg, 0, 2)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) (content.length + 2))
        .put(content)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /// An EXIF segment that holds an orientation and nothing else.
  static byte[] exifOrientation(int orientation) {
    return ByteBuffer.allocate(6 + 8 + 2 + 12 + 4)
        .put(new byte[] {'E', 'x', 'i', 'f', 0, 0})
        .put(new byte[] {'M', 'M', 0, 42})
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }
}
