package dev.athanor.launcher.demo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// The generated data set as an archive: `train/<class>/<number>.png` and
/// `test/<class>/<number>.png` in a tar, as a user's own data would come. One seed, one archive, to
/// the byte.
public record ShapesArchive(long seed, int train, int test) {

  public ShapesArchive {
    if (train < 1 || test < 1) {
      throw new IllegalArgumentException(
          "train, test: %d, %d (expected: >= 1)".formatted(train, test));
    }
  }

  /// Writes the tar and leaves the stream open.
  public void writeTo(OutputStream stream) throws IOException {
    var images = new ShapeImages(seed);
    var tar = new TarArchiveOutputStream(stream);
    for (int index = 0; index < train + test; index++) {
      var name =
          "%s/%s/%06d.png"
              .formatted(index < train ? "train" : "test", ShapeImages.shape(index).label(), index);
      var png = png(images.draw(index));
      var entry = new TarArchiveEntry(name);
      entry.setSize(png.length);
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.write(png);
      tar.closeArchiveEntry();
    }
    tar.finish();
    tar.flush();
  }

  private static byte[] png(byte[] rgb) throws IOException {
    var image = new BufferedImage(ShapeImages.SIDE, ShapeImages.SIDE, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
