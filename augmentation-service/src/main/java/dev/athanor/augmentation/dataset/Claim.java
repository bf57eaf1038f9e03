package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Columns;
import dev.athanor.augmentation.lease.Claimed;
import java.util.Map;

/// A lease on a version's ingest.
///
/// @param columns of tables and JSON lines
record Claim(
    String dataset,
    int version,
    long fence,
    int attempt,
    double holdOut,
    long seed,
    Columns columns)
    implements Claimed {
  @Override
  public Map<String, Object> key() {
    return Map.of("dataset", dataset, "version", version);
  }

  @Override
  public String toString() {
    return "%s version %d".formatted(dataset, version);
  }
}
