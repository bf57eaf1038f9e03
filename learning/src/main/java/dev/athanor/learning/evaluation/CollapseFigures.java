package dev.athanor.learning.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.athanor.learning.engine.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Whether embeddings still tell their inputs apart. They need no labels. A collapsed encoder, one
/// that answers everything with the same vector or within a thin subspace, may have an excellent
/// loss; it cannot have good figures here.
///
/// @param std mean over the dimensions of the standard deviation of the embeddings at unit length,
///   times √D: 0 when all are equal, near 1 when they are spread evenly over the sphere (Chen and
///   He 2021, https://arxiv.org/abs/2011.10566, section 4.1)
/// @param rankMe how many dimensions the embeddings really use, from 1 to D: the exponential of the
///   entropy of their singular values (Garrido et al. 2023, https://arxiv.org/abs/2210.02885,
///   equation 1; not centred, as there)
/// @param alignment mean squared distance at unit length between two views of one input: 0 is
///   perfect, 2 is what unrelated vectors have; null where there was one view only (Wang and Isola
///   2020, https://arxiv.org/abs/2005.10242, α = 2)
/// @param uniformity logarithm of the mean of exp(-2 ‖x - y‖²) over pairs of different inputs at
///   unit length: 0 when all are equal, near -4 when they are spread evenly over a sphere of many
///   dimensions (ibid., t = 2)
public record CollapseFigures(
    double std, double rankMe, @Nullable Double alignment, double uniformity) {

  /// Uniformity looks at this many embeddings, evenly chosen, because it takes their square in time
  /// and memory.
  static final int UNIFORMITY_SAMPLE = 2048;

  /// Each that there is, in the order of the fields.
  public SequencedMap<String, Double> byName() {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("std", std);
    figures.put("rankme", rankMe);
    if (alignment != null) {
      figures.put("alignment", alignment);
    }
    figures.put("uniformity", uniformity);
    return figures;
  }

  /// The figures of one view's embeddings (N, D), N > 1.
  public static CollapseFigures of(float[][] embeddings) {
    Rows.require("embeddings", embeddings, 2);
    return of(embeddings, (Double) null);
  }

  /// The figures of the first view's embeddings (N, D), N > 1, and their alignment with the second
  /// view's: row i of both comes from the same input.
  public static CollapseFigures of(float[][] first, float[][] second) {
    Rows.require("first", first, 2);
    if (second.length != first.length) {
      throw new IllegalArgumentException(
          "second: %d rows (expected: %d)".formatted(second.length, first.length));
    }
    Rows.requireLike("second", second, 2, first);
    return of(first, (Double) alignment(Rows.unit(first), Rows.unit(second)));
  }

  private static CollapseFigures of(float[][] embeddings, @Nullable Double alignment) {
    var unit = Rows.unit(embeddings);
    return new CollapseFigures(std(unit), rankMe(embeddings), alignment, uniformity(unit));
  }

  private static double std(float[][] unit) {
    var dimensions = unit[0].length;
    var sum = IntStream.range(0, dimensions).mapToDouble(j -> std(unit, j)).sum();
    return sum / dimensions * Math.sqrt(dimensions);
  }

  private static double std(float[][] unit, int column) {
    var mean = Arrays.stream(unit).mapToDouble(row -> row[column]).average().orElseThrow();
    var squares = 0.0;
    for (var row : unit) {
      squares += (row[column] - mean) * (row[column] - mean);
    }
    return Math.sqrt(squares / unit.length);
  }

  /// Singular values are the roots of the eigenvalues of Zᵀ Z.
  private static double rankMe(float[][] embeddings) {
    var eigenvalues = SymmetricEigenvalues.of(gram(embeddings));
    // What rounding alone can make of an eigenvalue that is zero.
    var least = Arrays.stream(eigenvalues).max().orElseThrow() * eigenvalues.length * 0x1.0p-52;
    var singular =
        Arrays.stream(eigenvalues).filter(value -> value > least).map(Math::sqrt).toArray();
    var sum = Arrays.stream(singular).sum();
    var entropy = Arrays.stream(singular).map(s -> -s / sum * Math.log(s / sum)).sum();
    return Math.exp(entropy);
  }

  /// Zᵀ Z, (D, D). In doubles: squaring would drown the smaller half of a float's singular values.
  private static double[][] gram(float[][] z) {
    try (var manager = Torch.newManager()) {
      var gram = new double[z[0].length][z[0].length];
      for (var from = 0; from < z.length; from += Rows.BLOCK) {
        try (var scratch = manager.newSubManager()) {
          var to = Math.min(from + Rows.BLOCK, z.length);
          var block = Rows.load(z, from, to, scratch).toType(DataType.FLOAT64, false); // (rows, D)
          add(gram, block.transpose().matMul(block)); // (D, D)
        }
      }
      return gram;
    }
  }

  private static void add(double[][] sum, NDArray matrix) {
    var values = matrix.toDoubleArray();
    for (var i = 0; i < sum.length; i++) {
      for (var j = 0; j < sum[i].length; j++) {
        sum[i][j] += values[i * sum[i].length + j];
      }
    }
  }

  private static double alignment(float[][] first, float[][] second) {
    return IntStream.range(0, first.length)
        .mapToDouble(i -> squaredDistance(first[i], second[i]))
        .average()
        .orElseThrow();
  }

  private static double uniformity(float[][] unit) {
    var sample = evenly(unit, UNIFORMITY_SAMPLE);
    // Each row's sum on its own, so that the result does not depend on which thread took which.
    var sums = new double[sample.length];
    IntStream.range(1, sample.length)
        .parallel()
        .forEach(
            i -> {
              for (var j = 0; j < i; j++) {
                sums[i] += Math.exp(-2 * squaredDistance(sample[i], sample[j]));
              }
            });
    var pairs = sample.length * (sample.length - 1.0) / 2;
    return Math.log(Arrays.stream(sums).sum() / pairs);
  }

  /// At most `count` of `rows`, at even distances: rows are often sorted by class.
  private static float[][] evenly(float[][] rows, int count) {
    if (rows.length <= count) {
      return rows;
    }
    return IntStream.range(0, count)
        .mapToObj(i -> rows[(int) ((long) i * rows.length / count)])
        .toArray(float[][]::new);
  }

  private static double squaredDistance(float[] x, float[] y) {
    var sum = 0.0;
    for (var j = 0; j < x.length; j++) {
      var difference = (double) x[j] - y[j];
      sum += difference * difference;
    }
    return sum;
  }
}
