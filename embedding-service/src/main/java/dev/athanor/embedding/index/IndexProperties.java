package dev.athanor.embedding.index;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// The bounds of similarity search.
///
/// @param folder of local copies
/// @param indexes that there may be
/// @param entries of one index
/// @param bytes of one index's files
/// @param open indexes of which this process keeps a copy
/// @param batch entries in one call
/// @param payload of one entry, as JSON
/// @param pending changes of one index that wait to be written
/// @param queries under way
/// @param k the most neighbours of one query
/// @param candidates the most candidates of one query
/// @param retention how long files are kept after no snapshot names them
@ConfigurationProperties("athanor.index")
record IndexProperties(
    Path folder,
    int indexes,
    long entries,
    DataSize bytes,
    int open,
    int batch,
    DataSize payload,
    int pending,
    int queries,
    int k,
    int candidates,
    Duration retention) {
  IndexProperties {
    if (Math.min(Math.min(indexes, open), Math.min(batch, pending)) < 1
        || Math.min(queries, k) < 1
        || entries < 1) {
      throw new IllegalArgumentException(
          "athanor.index: indexes, entries, open, batch, pending, queries or k below 1 (expected: >= 1)");
    }
    if (candidates < k) {
      throw new IllegalArgumentException(
          "athanor.index.candidates: %d (expected: >= athanor.index.k, %d)"
              .formatted(candidates, k));
    }
    if (!retention.isPositive()) {
      throw new IllegalArgumentException(
          "athanor.index.retention: %s (expected: > 0)".formatted(retention));
    }
  }
}
