package dev.athanor.embedding.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.athanor.embedding.catalogue.Card;
import java.util.Arrays;
import java.util.List;

/// Reads vectors out of a graph's output: pools hidden states over the tokens that count, and
/// brings vectors to length 1, where the card asks for it.
final class Vectors {
  private Vectors() {}

  /// @param array what the graph made of the batch
  /// @return (N, dimensions)
  static float[][] of(Card.Output output, NDArray array, List<? extends Prepared> batch) {
    int longest = batch.stream().mapToInt(Feed::length).max().orElseThrow();
    int states = output.pooling() == Card.Pooling.NONE ? 1 : longest; // of each input
    int dimensions = output.dimensions();
    var expected =
        output.pooling() == Card.Pooling.NONE
            ? new Shape(batch.size(), dimensions)
            : new Shape(batch.size(), longest, dimensions);
    if (!array.getShape().equals(expected)) {
      throw new IllegalStateException(
          "output %s: shape %s (expected: %s)"
              .formatted(output.name(), array.getShape(), expected));
    }
    var flat = array.toFloatArray();
    var rows = new float[batch.size()][];
    for (int n = 0; n < rows.length; n++) {
      int from = n * states * dimensions;
      var row = pool(output, flat, from, Feed.length(batch.get(n)));
      rows[n] = output.normalise() ? UnitLength.of(row) : row;
    }
    return rows;
  }

  /// @param flat a text's hidden states begin at `from`, (length, dimensions)
  private static float[] pool(Card.Output output, float[] flat, int from, int length) {
    int dimensions = output.dimensions();
    return switch (output.pooling()) {
      case NONE, FIRST -> state(flat, from, dimensions);
      case LAST -> state(flat, from + (length - 1) * dimensions, dimensions);
      case MEAN -> mean(flat, from, length, dimensions);
    };
  }

  private static float[] state(float[] flat, int from, int dimensions) {
    return Arrays.copyOfRange(flat, from, from + dimensions);
  }

  private static float[] mean(float[] flat, int from, int length, int dimensions) {
    var mean = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      double sum = 0;
      for (int t = 0; t < length; t++) {
        sum += flat[from + t * dimensions + d];
      }
      mean[d] = (float) (sum / length);
    }
    return mean;
  }
}
