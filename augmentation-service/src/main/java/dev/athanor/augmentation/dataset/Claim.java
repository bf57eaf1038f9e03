package dev.athanor.augmentation.dataset;

/// A lease on a version's ingest.
///
/// @param fence higher than that of every earlier claim; a write that names a lower one is refused
/// @param attempt 1, 2, 3 …
record Claim(String dataset, int version, long fence, int attempt, double holdOut, long seed) {}
