package dev.athanor.learning.training;

import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.optimiser.Optimiser;
import dev.athanor.learning.schedule.CosineSchedule;
import java.util.List;
import java.util.Random;

/// Tiny runs on made-up images: a bright square whose corner tells the class, on noise.
final class Synthetic {

  static final int SIZE = 8;
  static final int CLASSES = 4;

  private Synthetic() {}

  static TrainingSpec simClr(long steps) {
    return spec(
        new SimClr(new NtXent(0.2), new ProjectionHead(2, 16, 8)), new AdamW(0.01, 1e-4), steps);
  }

  static TrainingSpec spec(Objective objective, Optimiser optimiser, long steps) {
    return new TrainingSpec(
        new ResNet(10, 4, ResNet.Stem.CIFAR, 1),
        objective,
        optimiser,
        new CosineSchedule(3, steps),
        1.0,
        7,
        new Normalisation(List.of(0.3), List.of(0.25)));
  }

  /// A function of views, samples and index alone; both views of a sample show one class.
  static ImageBatch batch(int views, int samples, long index) {
    var random = new Random(index);
    var labels = new int[samples];
    for (var i = 0; i < samples; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    var pixels = new byte[views * samples * SIZE * SIZE];
    for (var i = 0; i < pixels.length; i++) {
      var label = labels[i / (SIZE * SIZE) % samples];
      var bright = y(i) / (SIZE / 2) == label / 2 && x(i) / (SIZE / 2) == label % 2;
      pixels[i] = (byte) ((bright ? 150 : 0) + random.nextInt(100));
    }
    return new ImageBatch(views, samples, SIZE, SIZE, 1, pixels, labels);
  }

  private static int x(int i) {
    return i % SIZE;
  }

  private static int y(int i) {
    return i / SIZE % SIZE;
  }
}
