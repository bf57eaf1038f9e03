package dev.athanor.trainer.evaluation;

/// What an encoder makes of some samples of a split.
///
/// @param rows (N, D), the representation h of each sample
/// @param labels (N), -1 where a sample has none
@SuppressWarnings("ArrayRecordComponent") // moved, never compared; may hold megabytes
record Embeddings(float[][] rows, int[] labels) {}
