package dev.athanor.learning.evaluation;

import java.util.Arrays;
import java.util.Random;

/// Made-up embeddings.
final class Samples {

  private Samples() {}

  /// Independent standard normal numbers.
  static float[][] gaussian(int rows, int dimensions, long seed) {
    var random = new Random(seed);
    var samples = new float[rows][dimensions];
    for (var row : samples) {
      for (var j = 0; j < dimensions; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return samples;
  }

  /// Labels that have nothing to do with the rows.
  static int[] labels(int rows, int classes, long seed) {
    return new Random(seed).ints(rows, 0, classes).toArray();
  }

  /// Normal clouds around one centre a class, `distance` standard deviations apart from the origin
  /// along an axis of its own.
  static float[][] clouds(int[] labels, int dimensions, double distance, long seed) {
    var samples = gaussian(labels.length, dimensions, seed);
    for (var i = 0; i < labels.length; i++) {
      samples[i][labels[i]] += (float) distance;
    }
    return samples;
  }

  static float[][] repeat(int rows, float... row) {
    var samples = new float[rows][];
    Arrays.setAll(samples, _ -> row.clone());
    return samples;
  }
}
