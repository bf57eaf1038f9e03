package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Search;
import dev.athanor.embedding.segment.Similarity;
import dev.athanor.embedding.segment.VectorSpace;
import dev.athanor.platform.error.Problem;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a caller asks for to make an index.
///
/// @param model that embeds images and texts for it; `dimensions` is then the model's
/// @param dimensions where callers bring vectors
/// @param similarity `cosine` (the default), `dot` or `euclidean`
/// @param search `hnsw` (the default) or `exact`
record NewIndex(
    @Nullable String name,
    @Nullable String model,
    @Nullable Integer dimensions,
    @Nullable String similarity,
    @Nullable String search,
    @Nullable Hnsw hnsw) {
  private static final int CONNECTIONS = 16;
  private static final int EF_CONSTRUCTION = 100;

  /// @param m connections of a node
  /// @param efConstruction candidates that they are chosen from
  record Hnsw(@Nullable Integer m, @Nullable Integer efConstruction) {}

  /// @param wanted the model's dimensions, or those asked for
  VectorSpace space(int wanted) {
    var how = choice("search", search, Search.HNSW, Search.values(), Search::word);
    if (how == Search.EXACT && hnsw != null) {
      throw Problem.badRequest("hnsw: given (expected: none where search is exact)");
    }
    int m = hnsw == null || hnsw.m() == null ? CONNECTIONS : hnsw.m();
    int ef =
        hnsw == null || hnsw.efConstruction() == null ? EF_CONSTRUCTION : hnsw.efConstruction();
    try {
      return new VectorSpace(
          wanted,
          choice(
              "similarity", similarity, Similarity.COSINE, Similarity.values(), Similarity::word),
          how,
          m,
          ef);
    } catch (IllegalArgumentException outside) {
      throw Problem.badRequest(String.valueOf(outside.getMessage()));
    }
  }

  private static <E> E choice(
      String field, @Nullable String sent, E otherwise, E[] values, Function<E, String> word) {
    if (sent == null) {
      return otherwise;
    }
    return Arrays.stream(values)
        .filter(value -> word.apply(value).equals(sent))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "%s: %s (expected: %s)"
                        .formatted(
                            field,
                            Problem.quote(sent),
                            Arrays.stream(values).map(word).collect(Collectors.joining(" or ")))));
  }
}
