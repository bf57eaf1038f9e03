package dev.athanor.embedding.embed;

import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;

/// An image file on its way to a tensor.
public final class ImageFuzz {
  private static final ImageDecoder decoder = new ImageDecoder(1 << 20);
  private static final ImageInput shape =
      new ImageInput(8, 8, 3, new float[3], new float[] {1, 1, 1});

  private ImageFuzz() {}

  public static void fuzzerTestOneInput(byte[] file) {
    try {
      ImagePreprocessing.tensor(decoder.decode(file, 3), shape);
    } catch (ImageException refused) {
      // A 422 that says why.
    }
  }
}
