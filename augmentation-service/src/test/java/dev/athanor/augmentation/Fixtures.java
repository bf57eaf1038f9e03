package dev.athanor.augmentation;

import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/// Small datasets in every format, the same bytes every time.
public final class Fixtures {
  private Fixtures() {}

  /// Grey noise whose brightness says the class.
  public static byte[] pixels(int size, int channels, int label, long seed) {
    var random = new SplittableRandom(seed);
    var pixels = new byte[size * size * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (label * 20 + random.nextInt(50));
    }
    return pixels;
  }

  public static byte[] png(int size, int channels, int label, long seed) {
    return new ImageEncoder()
        .png(new Image(size, size, channels, pixels(size, channels, label, seed)));
  }

  /// IDX images, image `i` of class `i % 10`.
  public static byte[] idxImages(int count, int size) {
    var idx = ByteBuffer.allocate(16 + count * size * size);
    idx.putInt(0x0803).putInt(count).putInt(size).putInt(size);
    for (int i = 0; i < count; i++) {
      idx.put(pixels(size, 1, i % 10, i));
    }
    return idx.array();
  }

  public static byte[] idxLabels(int count) {
    var idx = ByteBuffer.allocate(8 + count);
    idx.putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      idx.put((byte) (i % 10));
    }
    return idx.array();
  }

  /// The four files of an MNIST-like dataset, by `split/name`.
  public static Map<String, byte[]> idx(int train, int test, int size) {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("auto/train-images-idx3-ubyte.gz", gzip(idxImages(train, size)));
    files.put("auto/train-labels-idx1-ubyte.gz", gzip(idxLabels(train)));
    files.put("auto/t10k-images-idx3-ubyte.gz", gzip(idxImages(test, size)));
    files.put("auto/t10k-labels-idx1-ubyte.gz", gzip(idxLabels(test)));
    return files;
  }

  public static byte[] gzip(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return packed.toByteArray();
  }
}
