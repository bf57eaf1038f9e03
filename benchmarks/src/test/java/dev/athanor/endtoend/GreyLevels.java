package dev.athanor.endtoend;

import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A data set that any encoder tells apart: noisy grey squares, the class is the brightness. With
/// shuffled labels nothing can.
record GreyLevels(int train, int test, boolean shuffled) {
  private static final int CLASSES = 10;
  private static final int SIDE = 16;

  byte[] tar() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      write(tar, "train", train, 1);
      write(tar, "test", test, 2);
    }
    return bytes.toByteArray();
  }

  private void write(TarArchiveOutputStream tar, String split, int samples, long seed)
      throws IOException {
    var random = new Random(seed);
    var labels = new ArrayList<Integer>();
    for (int i = 0; i < samples; i++) {
      labels.add(i % CLASSES);
    }
    if (shuffled) {
      Collections.shuffle(labels, new Random(seed + 10));
    }
    for (int i = 0; i < samples; i++) {
      var png = png(i % CLASSES, random);
      var entry = new TarArchiveEntry("%s/%d/%05d.png".formatted(split, labels.get(i), i));
      entry.setSize(png.length);
      tar.putArchiveEntry(entry);
      tar.write(png);
      tar.closeArchiveEntry();
    }
  }

  private static byte[] png(int level, Random random) {
    var pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 + 23 * level + random.nextInt(8));
    }
    return new ImageEncoder().png(new Image(SIDE, SIDE, 1, pixels));
  }
}
