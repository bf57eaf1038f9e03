package dev.athanor.embedding.segment;

/// What all vectors of an index have in common; fixed when it is made.
///
/// @param connections of a node in the graph, M in the paper
/// @param efConstruction candidates that a new node chooses its connections from
public record VectorSpace(
    int dimensions, Similarity similarity, Search search, int connections, int efConstruction) {
  /// Beyond Lucene's default of 1,024, since encoders have up to this many.
  public static final int MOST_DIMENSIONS = 4096;

  public static final int LEAST_CONNECTIONS = 4;
  public static final int MOST_CONNECTIONS = 64;
  public static final int LEAST_EF_CONSTRUCTION = 8;
  public static final int MOST_EF_CONSTRUCTION = 1000;

  /// The largest number that a vector may hold: with it no sum of squares overflows a float, at any
  /// number of dimensions.
  public static final float LARGEST = 1e15f;

  public VectorSpace {
    check("dimensions", dimensions, 1, MOST_DIMENSIONS);
    check("hnsw.m", connections, LEAST_CONNECTIONS, MOST_CONNECTIONS);
    check("hnsw.efConstruction", efConstruction, LEAST_EF_CONSTRUCTION, MOST_EF_CONSTRUCTION);
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(what, value, least, most));
    }
  }
}
