package dev.athanor.embedding.segment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.apache.lucene.index.VectorSimilarityFunction;

/// What makes two vectors near.
public enum Similarity {
  /// The angle between them. Vectors are brought to unit length once, when they are added, so that
  /// an inner product is enough to compare two.
  COSINE(VectorSimilarityFunction.DOT_PRODUCT),
  /// The inner product: longer vectors are nearer.
  DOT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
  /// The distance; the one score of which less is nearer.
  EUCLIDEAN(VectorSimilarityFunction.EUCLIDEAN);

  private final VectorSimilarityFunction function;

  Similarity(VectorSimilarityFunction function) {
    this.function = function;
  }

  VectorSimilarityFunction function() {
    return function;
  }

  /// As callers spell it.
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What is kept of a vector, and compared.
  ///
  /// @param vector (D); not all zeros where angles are compared
  public float[] prepare(float[] vector) {
    if (this != COSINE) {
      return vector;
    }
    double length = Math.sqrt(dot(vector, vector));
    var unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  /// The cosine, the inner product or the distance of two prepared vectors, computed anew in double
  /// precision: Lucene's own scores are folded into `0..1` as floats and cannot be unfolded without
  /// loss.
  double score(float[] one, float[] other) {
    return switch (this) {
      case COSINE, DOT -> dot(one, other);
      case EUCLIDEAN -> {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
          double difference = (double) one[i] - other[i];
          sum += difference * difference;
        }
        yield Math.sqrt(sum);
      }
    };
  }

  /// Whether a vector has no place in this space.
  public boolean refuses(float[] vector) {
    if (this != COSINE) {
      return false;
    }
    for (float value : vector) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /// The words that there are, for messages.
  public static String words() {
    return String.join(", ", Arrays.stream(values()).map(Similarity::word).toList());
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
