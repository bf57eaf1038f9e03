package dev.athanor.benchmarks.serving;

import dev.athanor.learning.card.Card;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageEncoder;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What is embedded: PNG files of the encoder's size with soft colours and some noise, some 2 KB
/// each, and the tensors that preprocessing makes of them.
///
/// @param files PNG
/// @param tensors `(3, size, size)` each
record Pictures(List<byte[]> files, List<float[]> tensors) {
  private static final int COUNT = 64;
  private static final int COARSE = 4;
  private static final int NOISE = 8;

  static Pictures draw(Card.Pixels input) {
    var random = new Random(5);
    var files = new ArrayList<byte[]>();
    var tensors = new ArrayList<float[]>();
    var decoder = new ImageDecoder();
    for (int i = 0; i < COUNT; i++) {
      var file = new ImageEncoder().png(picture(input.height(), random));
      files.add(file);
      tensors.add(ImagePreprocessing.tensor(decoder.decode(file, 3), shape(input)));
    }
    return new Pictures(files, tensors);
  }

  private static Image picture(int size, Random random) {
    var coarse = new byte[COARSE * COARSE * 3];
    random.nextBytes(coarse);
    var pixels = new byte[size * size * 3];
    ImagePreprocessing.view(new Image(COARSE, COARSE, 3, coarse), size, size, pixels, 0);
    for (int i = 0; i < pixels.length; i++) {
      int value = Byte.toUnsignedInt(pixels[i]) + random.nextInt(-NOISE, NOISE + 1);
      pixels[i] = (byte) Math.clamp(value, 0, 255);
    }
    return new Image(size, size, 3, pixels);
  }

  private static ImageInput shape(Card.Pixels input) {
    return new ImageInput(
        input.height(), input.width(), input.channels(), floats(input.mean()), floats(input.std()));
  }

  private static float[] floats(List<Double> values) {
    var floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
