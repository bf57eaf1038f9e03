package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Columns;

/// A lease on a version's ingest.
///
/// @param fence higher than that of every earlier claim; a write that names a lower one is refused
/// @param attempt 1, 2, 3 …
/// @param columns of tables and JSON lines
record Claim(
    String dataset,
    int version,
    long fence,
    int attempt,
    double holdOut,
    long seed,
    Columns columns) {}
